package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.block.v1.ReplicaOpened;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A link over a socket: the frames of the block protocol, many in one system call. Makes no object
 * for a request. What the replica sends is checked, and bounded by what was asked for.
 */
final class SocketReplicaLink implements ReplicaLink, EventLoop.Ready {
    private static final int OUTWARD = 256 << 10;
    private static final int INWARD = 256 << 10;

    /**
     * Data up to this size are copied to the others; larger ones are written from where they are.
     */
    private static final int COPIED = 32 << 10;

    /** What is left of an answer is read to where it belongs from this size on. */
    private static final int STRAIGHT = 32 << 10;

    private static final int MOST_OPENED = 64 << 10;

    private final EventLoop loop;
    private final boolean local;
    private final Listener listener;
    private final byte[] opening;
    private final SocketChannel channel;
    private final EventLoop.@Nullable Registration registration;
    private final ByteBuffer outward = ByteBuffer.allocateDirect(OUTWARD).limit(0);
    private final ByteBuffer inward = ByteBuffer.allocateDirect(INWARD).limit(0);
    private final ByteBuffer[] both = new ByteBuffer[2];
    private final Runnable flush = this::flushLater;

    // By the lower bits of their tags.
    private final @Nullable LinkRequest[] unanswered = new LinkRequest[Blocks.MOST_REQUESTS];
    private final int[] free = new int[Blocks.MOST_REQUESTS];
    private int freeCount;
    private long unansweredBytes;
    private long tags = 1;

    private @Nullable LinkRequest firstToSend;
    private @Nullable LinkRequest lastToSend;

    /** The request whose data are written from where they are, and how much of them is written. */
    private @Nullable LinkRequest large;

    private int largeWritten;

    private boolean connected;
    private boolean open;
    private boolean over;
    private boolean flushing;

    // The answer that is being read.
    private boolean inAnswer;
    private BlockStatus status = BlockStatus.OK;
    private @Nullable LinkRequest answering;
    private int payload;
    private int taken;
    private byte[] opened = new byte[0];

    private SocketReplicaLink(
            EventLoop loop,
            SocketChannel channel,
            boolean local,
            OpenReplica opening,
            Listener listener)
            throws IOException {
        this.loop = requireNonNull(loop);
        this.channel = requireNonNull(channel);
        this.local = local;
        this.opening = opening.toByteArray();
        this.listener = requireNonNull(listener);
        for (int i = 0; i < free.length; i++) {
            free[i] = i;
        }
        freeCount = free.length;
        this.registration = loop.register(channel, SelectionKey.OP_CONNECT, this);
    }

    /**
     * Connects to a socket of this host and opens the replica there.
     *
     * @param channel not blocking, not connected yet; closed when that fails
     */
    static SocketReplicaLink open(
            EventLoop loop,
            SocketChannel channel,
            SocketAddress address,
            OpenReplica opening,
            Listener listener)
            throws IOException {
        try {
            boolean connected = channel.connect(address);
            var link = new SocketReplicaLink(loop, channel, true, opening, listener);
            if (connected) {
                link.connected();
            }
            return link;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Opens the replica at the other end of a connected channel, which leads to another host. */
    static SocketReplicaLink open(
            EventLoop loop, SocketChannel channel, OpenReplica opening, Listener listener)
            throws IOException {
        var link = new SocketReplicaLink(loop, channel, false, opening, listener);
        link.connected();
        return link;
    }

    @Override
    public boolean isLocal() {
        return local;
    }

    private EventLoop.Registration registration() {
        return requireNonNull(registration);
    }

    private void connected() {
        connected = true;
        outward.clear();
        RequestHeader.write(outward, Operation.OPEN, 0, 0, 0, 0, 0, opening.length);
        outward.put(opening).flip();
        registration().interest(SelectionKey.OP_READ);
        flushSoon();
    }

    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            loop.execute(flush);
        }
    }

    private void flushLater() {
        flushing = false;
        if (over || !connected) {
            return;
        }
        try {
            write();
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void send(LinkRequest request) {
        request.nextToSend = null;
        LinkRequest last = lastToSend;
        if (last == null) {
            firstToSend = request;
        } else {
            last.nextToSend = request;
        }
        lastToSend = request;
        flushSoon();
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            registration().cancel();
        }
    }

    private void end(String reason) {
        if (!over) {
            close();
            listener.broken(reason);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (!over) {
            over = true;
            listener.broken(String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void ready(int operations) throws IOException {
        if (over) {
            return;
        }
        if (!connected) {
            if (channel.finishConnect()) {
                connected();
            }
            return;
        }
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            write();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    // ---- outward ----

    private void write() throws IOException {
        while (!over) {
            if (!outward.hasRemaining() && large == null && !encode()) {
                registration().interest(SelectionKey.OP_READ);
                return;
            }
            LinkRequest now = large;
            if (now == null) {
                channel.write(outward);
            } else {
                writeWith(now);
            }
            if (outward.hasRemaining() || large != null) {
                registration().interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
        }
    }

    private void writeWith(LinkRequest request) throws IOException {
        ByteBuffer data = requireNonNull(request.data);
        int position = data.position();
        int limit = data.limit();
        int from = request.start + largeWritten;
        data.limit(request.start + request.size).position(from);
        both[0] = outward;
        both[1] = data;
        channel.write(both);
        largeWritten += data.position() - from;
        data.limit(limit).position(position);
        if (largeWritten == request.size) {
            large = null;
        }
    }

    /**
     * Puts as many requests as fit into the buffer, until one whose data go from where they are.
     *
     * @return whether there is anything to write
     */
    private boolean encode() {
        outward.clear();
        while (large == null) {
            LinkRequest request = firstToSend;
            if (request == null || freeCount == 0) {
                break;
            }
            int out = request.operation == Operation.WRITE ? request.sumsSize() : 0;
            boolean carries = hasOutwardData(request);
            int data = carries ? request.size : 0;
            boolean copied = data <= COPIED;
            if (outward.remaining() < RequestHeader.SIZE + out + (copied ? data : 0)
                    || (unansweredBytes > 0
                            && unansweredBytes + out + data > Blocks.MOST_UNANSWERED)) {
                break;
            }
            firstToSend = request.nextToSend;
            if (firstToSend == null) {
                lastToSend = null;
            }
            unansweredBytes += out + data;
            encode(request, out, data);
            if (carries && copied) {
                ByteBuffer from = requireNonNull(request.data);
                outward.put(outward.position(), from, request.start, data);
                outward.position(outward.position() + data);
            } else if (carries) {
                large = request;
                largeWritten = 0;
            }
        }
        outward.flip();
        return outward.hasRemaining();
    }

    private void encode(LinkRequest request, int sums, int data) {
        int place = free[--freeCount];
        unanswered[place] = request;
        request.tag = tags++ << 16 | place;
        RequestHeader.write(
                outward,
                request.operation,
                request.flags,
                request.tag,
                request.sequence,
                request.offset,
                request.length,
                sums + data);
        if (sums > 0) {
            outward.put(outward.position(), requireNonNull(request.sums), request.sumsStart, sums);
            outward.position(outward.position() + sums);
        }
    }

    private static boolean hasOutwardData(LinkRequest request) {
        return request.operation == Operation.WRITE || request.operation == Operation.CUT;
    }

    // ---- inward ----

    private void read() throws IOException {
        while (!over) {
            if (!inward.hasRemaining() && isStraight()) {
                if (!readStraight()) {
                    return;
                }
            } else {
                inward.compact();
                int got = channel.read(inward);
                inward.flip();
                if (got < 0) {
                    end("closed the connection");
                    return;
                }
                if (got == 0) {
                    return;
                }
            }
            boolean full = inward.limit() == inward.capacity();
            take();
            if (!full && !isStraight()) {
                // The socket was emptied; whatever comes wakes the loop.
                return;
            }
        }
    }

    /** Whether the rest of the payload is large, and belongs into the request's buffer. */
    private boolean isStraight() {
        LinkRequest request = answering;
        return inAnswer
                && request != null
                && status == BlockStatus.OK
                && taken >= inwardSums(request)
                && payload - taken >= STRAIGHT;
    }

    private static int inwardSums(LinkRequest request) {
        return request.operation == Operation.READ ? request.sumsSize() : 0;
    }

    private boolean readStraight() throws IOException {
        LinkRequest request = requireNonNull(answering);
        ByteBuffer data = requireNonNull(request.data);
        int position = data.position();
        int limit = data.limit();
        int at = request.start + taken - inwardSums(request);
        data.limit(request.start + request.size).position(at);
        int got = channel.read(data);
        data.limit(limit).position(position);
        if (got < 0) {
            end("closed the connection");
            return false;
        }
        taken += got;
        return got > 0;
    }

    /** Takes what has come. */
    private void take() {
        while (!over) {
            if (!inAnswer) {
                if (inward.remaining() < AnswerHeader.SIZE) {
                    return;
                }
                if (!head()) {
                    return;
                }
            }
            body();
            if (taken < payload) {
                return;
            }
            inAnswer = false;
            finish();
        }
    }

    private boolean head() {
        int at = inward.position();
        if (inward.getInt(at) != AnswerHeader.MAGIC) {
            end("does not speak the block protocol");
            return false;
        }
        status = BlockStatus.of(inward.getShort(at + 4));
        long tag = inward.getLong(at + 8);
        payload = inward.getInt(at + 16);
        inward.position(at + AnswerHeader.SIZE);
        taken = 0;
        if (!open) {
            answering = null;
            if (tag != 0 || payload < 0 || payload > MOST_OPENED) {
                end("answers what was not asked");
                return false;
            }
            opened = new byte[payload];
        } else {
            int place = (int) tag & 0xFFFF;
            LinkRequest request = place < unanswered.length ? unanswered[place] : null;
            if (request == null || request.tag != tag || !isAllowed(request)) {
                end("answers what was not asked");
                return false;
            }
            answering = request;
        }
        inAnswer = true;
        return true;
    }

    private boolean isAllowed(LinkRequest request) {
        if (payload == 0) {
            return true;
        }
        return switch (request.operation) {
            case READ -> status == BlockStatus.OK && payload == request.sumsSize() + request.size;
            case DIGESTS, SUMS, EXTENTS ->
                    status == BlockStatus.OK && payload > 0 && payload <= request.size;
            case OPEN, WRITE, ZERO, FLUSH, CUT, RESIZE, ADOPT -> false;
        };
    }

    private void body() {
        int some = Math.min(inward.remaining(), payload - taken);
        LinkRequest request = answering;
        if (request == null) {
            inward.get(opened, taken, some);
            taken += some;
            return;
        }
        int sums = inwardSums(request);
        if (taken < sums) {
            int part = Math.min(some, sums - taken);
            requireNonNull(request.sums)
                    .put(request.sumsStart + taken, inward, inward.position(), part);
            inward.position(inward.position() + part);
            taken += part;
            some -= part;
        }
        if (some > 0) {
            requireNonNull(request.data)
                    .put(request.start + taken - sums, inward, inward.position(), some);
            inward.position(inward.position() + some);
            taken += some;
        }
    }

    private void finish() {
        LinkRequest request = answering;
        answering = null;
        if (request == null) {
            opened();
            return;
        }
        int place = (int) request.tag & 0xFFFF;
        unanswered[place] = null;
        free[freeCount++] = place;
        if (request.operation == Operation.WRITE) {
            unansweredBytes -= request.sumsSize() + request.size;
        } else if (request.operation == Operation.CUT) {
            unansweredBytes -= request.size;
        }
        if (firstToSend != null) {
            flushSoon();
        }
        listener.answered(request, status, payload);
    }

    private void opened() {
        if (status != BlockStatus.OK) {
            close();
            listener.refused(status);
            return;
        }
        try {
            ReplicaOpened message = ReplicaOpened.parseFrom(opened);
            open = true;
            listener.opened(
                    new ReplicaOpening(
                            message.getSizeBytes(),
                            message.getLastSequence(),
                            message.getSuspect(),
                            message.getCutsList()));
        } catch (InvalidProtocolBufferException e) {
            end("answers what is no opening");
        }
    }
}
