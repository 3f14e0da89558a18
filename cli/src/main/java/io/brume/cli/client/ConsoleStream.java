package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The bytes of an instance's serial port, both ways, over a WebSocket. Thread-safe. */
public final class ConsoleStream implements AutoCloseable {
    /** Takes what the instance writes, on one thread at a time. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] bytes);
    }

    private final WebSocket socket;
    private final CompletableFuture<String> end;

    private ConsoleStream(WebSocket socket, CompletableFuture<String> end) {
        this.socket = requireNonNull(socket);
        this.end = requireNonNull(end);
    }

    static ConsoleStream open(HttpClient client, URI uri, Map<String, String> headers, Sink sink) {
        var end = new CompletableFuture<String>();
        WebSocket.Builder builder = client.newWebSocketBuilder();
        headers.forEach(builder::header);
        try {
            return new ConsoleStream(builder.buildAsync(uri, new Receiver(sink, end)).join(), end);
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refusal) {
                int status = refusal.getResponse().statusCode();
                throw new CliException(
                        "the console was refused with status " + status,
                        status == 404
                                ? "is the instance running? brume instance list"
                                : "see: brume instance show",
                        CliException.SERVICE,
                        e);
            }
            throw new CliException(
                    "the console could not be opened: " + e.getCause(),
                    "see ./brume status",
                    CliException.GENERAL,
                    e);
        }
    }

    /** Sends what was typed; returns when it is on its way. */
    public void send(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Completes with the reason when the console ends. */
    public CompletableFuture<String> end() {
        return end;
    }

    @Override
    public void close() {
        end.complete("closed");
        socket.abort();
    }

    private record Receiver(Sink sink, CompletableFuture<String> end)
            implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            sink.write(bytes);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            end.complete(reason.isEmpty() ? "the instance's console ended" : reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end.complete("the connection broke: " + error.getMessage());
        }
    }
}
