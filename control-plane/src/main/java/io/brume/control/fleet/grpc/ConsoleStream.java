package io.brume.control.fleet.grpc;

import com.google.protobuf.ByteString;
import io.brume.common.concurrent.BytePipe;
import io.brume.control.fleet.ConsoleChannel;
import io.brume.proto.node.v1.ConsoleChunk;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A console that a host has dialled in with. Holds at most 64 KiB that nobody has read, and makes
 * the writer wait while the host does not keep up. Thread-safe.
 */
final class ConsoleStream implements ConsoleChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleStream.class);
    private static final int BUFFER_BYTES = 65_536;
    private static final int CHUNK_BYTES = 8192;

    private final ServerCallStreamObserver<ConsoleChunk> toHost;
    private final BytePipe fromHost = new BytePipe(BUFFER_BYTES);
    private boolean closed;

    ConsoleStream(ServerCallStreamObserver<ConsoleChunk> toHost) {
        this.toHost = toHost;
        toHost.setOnReadyHandler(this::wake);
        toHost.setOnCancelHandler(this::ended);
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Waits while the buffer is full: gRPC then reads nothing more from the host. */
    void received(byte[] bytes) {
        try {
            fromHost.sink().write(bytes);
        } catch (IOException e) {
            LOG.debug("Console output dropped: {}", e.getMessage());
        }
    }

    void ended() {
        fromHost.end();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    void fail(Status status) {
        synchronized (this) {
            if (!closed) {
                closed = true;
                toHost.onError(status.asRuntimeException());
            }
            notifyAll();
        }
        fromHost.end();
    }

    private synchronized void send(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            while (!closed && !toHost.isReady()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            if (closed) {
                throw new IOException("the console is closed");
            }
            int part = Math.min(CHUNK_BYTES, count - done);
            toHost.onNext(
                    ConsoleChunk.newBuilder()
                            .setData(ByteString.copyFrom(bytes, offset + done, part))
                            .build());
            done += part;
        }
    }

    @Override
    public InputStream output() {
        return fromHost.source();
    }

    @Override
    public OutputStream input() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                send(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                Objects.checkFromIndexSize(offset, count, bytes.length);
                send(bytes, offset, count);
            }
        };
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                toHost.onCompleted();
            }
            notifyAll();
        }
        fromHost.breakOff();
    }
}
