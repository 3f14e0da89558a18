package io.brume.cli.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection of an NBD client, on which several threads may have requests under way. Every
 * request of a connection that breaks ends with an {@link IOException}: whether it was done is not
 * known then. Source: the NBD protocol (fixed newstyle, simple replies).
 */
final class NbdConnection implements AutoCloseable {
    /** Commands. */
    static final int READ = 0;

    static final int WRITE = 1;
    static final int FLUSH = 3;
    static final int TRIM = 4;
    static final int WRITE_ZEROES = 6;

    /** The flag that asks for a change to be durable when it is answered. */
    static final int FUA = 1;

    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final int OPT_EXPORT_NAME = 1;

    /** What a request was answered: an error of the NBD protocol, 0 = none, and what was read. */
    record Reply(int error, byte[] data) {}

    private record Waiting(int readBytes, CompletableFuture<Reply> reply) {}

    private final SocketChannel channel;
    private final AtomicLong cookies = new AtomicLong();
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private volatile boolean broken;

    private NbdConnection(SocketChannel channel, String export) throws IOException {
        this.channel = channel;
        exactly(18); // The server's greeting.
        byte[] name = export.getBytes(UTF_8);
        send(
                ByteBuffer.allocate(20 + name.length)
                        .putInt(3) // Fixed newstyle, no zeroes.
                        .putLong(OPTION_MAGIC)
                        .putInt(OPT_EXPORT_NAME)
                        .putInt(name.length)
                        .put(name));
        exactly(10); // Its size and flags.
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody serves there, or not this export
     */
    static NbdConnection open(Path socket, String export) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var connection = new NbdConnection(channel, export);
            Thread.ofPlatform().daemon().name("nbd-replies").start(connection::receive);
            return connection;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Connects as soon as somebody serves there.
     *
     * @throws AssertionError when nobody does within that time
     */
    static NbdConnection patiently(Path socket, String export, Duration within)
            throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                return open(socket, export);
            } catch (IOException e) {
                if (System.nanoTime() - began > within.toNanos()) {
                    throw new AssertionError("nobody serves " + export, e);
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    Reply read(long offset, int length, Duration within) throws IOException, InterruptedException {
        return ask(READ, 0, offset, length, new byte[0], within);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param data of a WRITE
     * @throws IOException when the connection broke first
     * @throws AssertionError when there is no answer within that time
     */
    Reply ask(int command, int flags, long offset, int length, byte[] data, Duration within)
            throws IOException, InterruptedException {
        CompletableFuture<Reply> reply = send(command, flags, offset, length, data);
        try {
            return reply.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "no answer within %s: command %d, offset %d".formatted(within, command, offset),
                    e);
        }
    }

    /** Asks; the answer comes in its own time. */
    CompletableFuture<Reply> send(int command, int flags, long offset, int length, byte[] data)
            throws IOException {
        long cookie = cookies.incrementAndGet();
        var reply = new CompletableFuture<Reply>();
        waiting.put(cookie, new Waiting(command == READ ? length : 0, reply));
        send(
                ByteBuffer.allocate(28 + data.length)
                        .putInt(REQUEST_MAGIC)
                        .putShort((short) flags)
                        .putShort((short) command)
                        .putLong(cookie)
                        .putLong(offset)
                        .putInt(length)
                        .put(data));
        if (broken) {
            breakOff(new IOException("the connection is broken"));
        }
        return reply;
    }

    private synchronized void send(ByteBuffer message) throws IOException {
        message.flip();
        while (message.hasRemaining()) {
            channel.write(message);
        }
    }

    private void receive() {
        try {
            while (true) {
                ByteBuffer header = exactly(16);
                if (header.getInt() != REPLY_MAGIC) {
                    throw new IOException("this is no reply");
                }
                int error = header.getInt();
                Waiting asked = waiting.remove(header.getLong());
                if (asked == null) {
                    throw new IOException("a reply to nothing");
                }
                byte[] data = new byte[error == 0 ? asked.readBytes() : 0];
                exactly(data.length).get(data);
                asked.reply().complete(new Reply(error, data));
            }
        } catch (IOException e) {
            breakOff(e);
        }
    }

    private void breakOff(IOException why) {
        broken = true;
        waiting.values().forEach(each -> each.reply().completeExceptionally(why));
    }

    private ByteBuffer exactly(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the server has closed the connection");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
