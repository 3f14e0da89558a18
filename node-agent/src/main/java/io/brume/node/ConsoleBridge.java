package io.brume.node;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.concurrent.BytePipe;
import io.brume.node.instance.SerialConsole;
import io.brume.proto.node.v1.ConsoleChunk;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one serial console to the control plane and back until either side has had enough. */
final class ConsoleBridge implements ClientResponseObserver<ConsoleChunk, ConsoleChunk> {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleBridge.class);
    private static final int BUFFER_BYTES = 65_536;
    private static final int CHUNK_BYTES = 8192;

    private final Channel channel;
    private final String consoleId;
    private final BytePipe typed = new BytePipe(BUFFER_BYTES);
    private @Nullable ClientCallStreamObserver<ConsoleChunk> stream;
    private boolean ended;

    ConsoleBridge(Channel channel, String consoleId) {
        this.channel = requireNonNull(channel);
        this.consoleId = requireNonNull(consoleId);
    }

    /** Blocks until the console or the control plane ends; closes the console. */
    void carry(SerialConsole console) throws IOException {
        try (console) {
            var _ = NodeSessionGrpc.newStub(channel).console(this);
            send(ConsoleChunk.newBuilder().setConsoleId(consoleId).build());
            Thread.ofVirtual().name("console-typing").start(() -> type(console));
            byte[] buffer = new byte[CHUNK_BYTES];
            InputStream output = console.output();
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                var chunk =
                        ConsoleChunk.newBuilder().setData(ByteString.copyFrom(buffer, 0, count));
                if (!send(chunk.build())) {
                    return;
                }
            }
        } finally {
            hangUp();
        }
    }

    private void type(SerialConsole console) {
        byte[] buffer = new byte[CHUNK_BYTES];
        try (console;
                OutputStream input = console.input()) {
            InputStream from = typed.source();
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                input.write(buffer, 0, count);
                input.flush();
            }
        } catch (IOException e) {
            LOG.debug("Console {}: {}", consoleId, e.getMessage());
        }
    }

    private synchronized boolean send(ConsoleChunk chunk) throws IOException {
        ClientCallStreamObserver<ConsoleChunk> to = requireNonNull(stream);
        while (!ended && !to.isReady()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (!ended) {
            to.onNext(chunk);
        }
        return !ended;
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void ended() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        typed.end();
    }

    private synchronized void hangUp() {
        if (!ended && stream != null) {
            ended = true;
            stream.onCompleted();
        }
        typed.end();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ConsoleChunk> toControlPlane) {
        synchronized (this) {
            stream = toControlPlane;
        }
        toControlPlane.setOnReadyHandler(this::wake);
    }

    @Override
    public void onNext(ConsoleChunk chunk) {
        try {
            typed.sink().write(chunk.getData().toByteArray());
        } catch (IOException e) {
            LOG.debug("Console {}: typed in vain", consoleId);
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended();
    }

    @Override
    public void onCompleted() {
        ended();
    }
}
