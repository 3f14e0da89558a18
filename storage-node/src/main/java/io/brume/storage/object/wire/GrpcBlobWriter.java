package io.brume.storage.object.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.brume.proto.object.v1.BlobHead;
import io.brume.proto.object.v1.BlobsGrpc;
import io.brume.proto.object.v1.WriteBlob;
import io.brume.proto.object.v1.WriteBlobResponse;
import io.brume.storage.object.group.BlobPeer;
import io.brume.storage.object.group.PeerUnavailableException;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes a blob to another node. Its bytes go out while more come; one thread writes. */
final class GrpcBlobWriter implements BlobPeer.Writer {
    private static final int PIECE = 128 << 10;

    private final GrpcBlobPeer peer;
    private final BlobHead head;
    private final Call call = new Call();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] piece;
    private int filled;
    private long length;
    private boolean begun;
    private boolean ended;

    /** Guarded by the lock. */
    private boolean stored;

    /** Guarded by the lock. */
    private @Nullable Throwable failure;

    GrpcBlobWriter(GrpcBlobPeer peer, BlobHead head, Channel channel) {
        this.peer = peer;
        this.head = head;
        long expected = head.getLength();
        this.piece = new byte[expected == 0 ? 16 << 10 : (int) Math.min(PIECE, expected)];
        var _ = BlobsGrpc.newStub(channel).write(call);
    }

    /** What the other node says. */
    private final class Call implements ClientResponseObserver<WriteBlob, WriteBlobResponse> {
        private @Nullable ClientCallStreamObserver<WriteBlob> out;

        @Override
        public void beforeStart(ClientCallStreamObserver<WriteBlob> requests) {
            out = requests;
            requests.setOnReadyHandler(() -> change(null, false));
        }

        @Override
        public void onNext(WriteBlobResponse answer) {
            change(null, true);
        }

        @Override
        public void onError(Throwable cause) {
            change(cause, false);
        }

        @Override
        public void onCompleted() {
            change(Status.INTERNAL.withDescription("no answer").asRuntimeException(), false);
        }

        ClientCallStreamObserver<WriteBlob> out() {
            if (out == null) {
                throw new IllegalStateException("the call was not begun");
            }
            return out;
        }
    }

    private void change(@Nullable Throwable cause, boolean isStored) {
        lock.lock();
        try {
            stored |= isStored;
            if (failure == null && !stored) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is waited for; asked while the lock is held. */
    private interface Goal {
        boolean isReached();
    }

    private void await(Goal goal) throws IOException {
        long left = TimeUnit.MILLISECONDS.toNanos(GrpcBlobPeer.ANSWER_MILLIS);
        lock.lock();
        try {
            while (failure == null && !goal.isReached()) {
                if (left <= 0) {
                    throw new PeerUnavailableException(peer.nodeId() + " takes too long");
                }
                left = changed.awaitNanos(left);
            }
            if (failure instanceof StatusRuntimeException answer) {
                throw peer.told(answer, BlobMessages.id(head.getName()));
            }
            if (failure != null) {
                throw new PeerUnavailableException(peer.nodeId() + " does not answer", failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (filled == piece.length) {
                send(false);
            }
            int count = Math.min(bytes.remaining(), piece.length - filled);
            bytes.get(piece, filled, count);
            filled += count;
            length += count;
        }
    }

    private void send(boolean last) throws IOException {
        WriteBlob.Builder message = WriteBlob.newBuilder();
        if (filled > 0) {
            message.setBytes(BlobMessages.bytes(UnsafeByteOperations.unsafeWrap(piece, 0, filled)));
        }
        if (begun) {
            await(() -> call.out().isReady());
        } else {
            message.setHead(head);
        }
        begun = true;
        if (last) {
            message.setEnd(length);
        } else {
            piece = new byte[PIECE];
            filled = 0;
        }
        try {
            call.out().onNext(message.build());
        } catch (IllegalStateException e) {
            // It has ended over there; why is said in a moment.
            await(() -> false);
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finishing() throws IOException {
        if (!ended) {
            send(true);
            ended = true;
            call.out().onCompleted();
        }
    }

    @Override
    public void finish() throws IOException {
        finishing();
        await(() -> stored);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (stored) {
                return;
            }
        } finally {
            lock.unlock();
        }
        call.out().cancel("it is given up", null);
    }
}
