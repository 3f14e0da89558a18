package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A conversation with one QEMU process. Replies are matched by id, as events come in between.
 * Thread-safe. One virtual thread reads; it tells events, and at last the end, in order.
 */
final class QmpConnection implements Closeable {
    /** What the reading thread tells. Neither call may wait for a reply. */
    interface Listener {
        void event(QmpMessage.Event event);

        /** The conversation is over, because QEMU ended or because this side closed it. */
        void end();
    }

    private static final Duration GREETING = Duration.ofSeconds(20);
    // query-qmp-schema, the longest known reply, has 207 KB.
    private static final int MAX_LINE_BYTES = 4 * 1024 * 1024;

    private final SocketChannel channel;
    private final Listener listener;
    private final ConcurrentMap<String, CompletableFuture<JsonNode>> waiting =
            new ConcurrentHashMap<>();
    private final CompletableFuture<String> greeting = new CompletableFuture<>();
    private final AtomicLong ids = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();

    private QmpConnection(SocketChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = requireNonNull(listener);
    }

    /** Connects, and returns when QEMU takes commands: its machine is complete then. */
    static QmpConnection open(Path socket, Listener listener) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        var connection = new QmpConnection(channel, listener);
        Thread.ofVirtual().name("qmp " + socket).start(connection::read);
        try {
            await(connection.greeting, GREETING, "greeting");
            connection.execute("qmp_capabilities", Map.of());
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        return execute(command, arguments, Duration.ofSeconds(10));
    }

    /** Gives a command and waits for its reply. */
    JsonNode execute(String command, Map<String, ?> arguments, Duration limit) throws IOException {
        String id = Long.toString(ids.incrementAndGet());
        var reply = new CompletableFuture<JsonNode>();
        waiting.put(id, reply);
        try {
            var message = new LinkedHashMap<String, Object>();
            message.put("execute", command);
            if (!arguments.isEmpty()) {
                message.put("arguments", arguments);
            }
            message.put("id", id);
            write(QmpMessage.JSON.writeValueAsString(message) + "\n");
            return await(reply, limit, command);
        } finally {
            waiting.remove(id);
        }
    }

    private void write(String line) throws IOException {
        var bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
        writing.lock();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    private static <T> T await(CompletableFuture<T> future, Duration limit, String what)
            throws IOException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = requireNonNullElse(e.getCause(), e);
            throw new IOException(what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(what + ": QEMU did not answer within " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException(what + ": interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private void read() {
        IOException end = new EOFException("QEMU ended");
        try {
            readLines();
        } catch (IOException e) {
            // A reset connection is how the kernel tells of a peer that was killed.
            end = e;
        }
        greeting.completeExceptionally(end);
        for (var reply : waiting.values()) {
            reply.completeExceptionally(end);
        }
        closeQuietly();
        listener.end();
    }

    private void readLines() throws IOException {
        var line = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(16 * 1024);
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    told(line.toString(UTF_8));
                    line.reset();
                } else if (line.size() >= MAX_LINE_BYTES) {
                    throw new IOException("QEMU sent a message of more than 4 MiB");
                } else {
                    line.write(next);
                }
            }
            buffer.clear();
        }
    }

    private void told(String line) throws IOException {
        if (line.isBlank()) {
            return;
        }
        switch (QmpMessage.parse(line)) {
            case QmpMessage.Greeting(String version) -> greeting.complete(version);
            case QmpMessage.Event event -> listener.event(event);
            case QmpMessage.Reply(String id, JsonNode value) -> {
                var reply = waiting.get(id);
                if (reply != null) {
                    reply.complete(value);
                }
            }
            case QmpMessage.Refusal(String id, String errorClass, String description) -> {
                var reply = waiting.get(id);
                if (reply != null) {
                    reply.completeExceptionally(new IOException(description));
                }
            }
        }
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is buffered on this side, so nothing is lost.
            greeting.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        closeQuietly();
    }
}
