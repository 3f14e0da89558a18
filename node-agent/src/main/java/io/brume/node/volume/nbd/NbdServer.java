package io.brume.node.volume.nbd;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.util.Objects.requireNonNull;

import io.brume.node.volume.BlockDevice;
import io.brume.node.volume.EventLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one device to NBD clients. Every method is called on the device's loop, where everything
 * happens.
 *
 * <p>Clients are told that they may use several connections: all of them share the one device, so
 * that what one has been answered the others read, and a flush on one makes durable what was
 * answered on any.
 *
 * <p>An answered write, trim or zeroing is in the device; FLUSH, and FUA on one of them, is
 * answered when the device says that it survives the loss of power. Requests are answered in the
 * order in which the device is done. When a connection breaks, what it had under way may take
 * effect, or not.
 */
public final class NbdServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);
    private static final int INPUT_BYTES = 128 << 10;
    private static final int BACKLOG = 64;

    /** The largest part of an answer goes out at once; the kernel may give less. */
    private static final int SEND_BUFFER = 1 << 20;

    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);
    private static final Duration SHRINK_PERIOD = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final BlockDevice device;
    private final NbdExport export;
    private final NbdLimits limits;
    private final BufferPool pool;
    private final Set<NbdConnection> connections = new LinkedHashSet<>();
    private final Map<Path, Listener> listeners = new LinkedHashMap<>();
    private final ArrayDeque<ByteBuffer> inputs = new ArrayDeque<>();
    private boolean watching;
    private boolean closed;

    /** A server without listeners. */
    public NbdServer(EventLoop loop, BlockDevice device, NbdExport export, NbdLimits limits) {
        this.loop = requireNonNull(loop);
        this.device = requireNonNull(device);
        this.export = requireNonNull(export);
        this.limits = requireNonNull(limits);
        this.pool = new BufferPool(limits.bytes());
        loop.after(SHRINK_PERIOD, this::tend);
    }

    /**
     * Listens on a Unix socket that nobody but its owner can open. It takes the place of one that
     * is there, at once: a client that is connecting finds the one or the other.
     *
     * @param socket at most about 100 bytes long; the folder exists
     * @param owner the user id that the socket is given to; empty = the one of this process
     */
    public void listen(Path socket, OptionalInt owner) throws IOException {
        listen(socket, owner, false);
    }

    /** As {@link #listen}, for a {@link TlsBridge}: the other end is encrypted already. */
    public void listenForBridge(Path socket) throws IOException {
        listen(socket, OptionalInt.empty(), true);
    }

    private void listen(Path socket, OptionalInt owner, boolean encrypted) throws IOException {
        Path fresh = socket.resolveSibling(socket.getFileName() + "~");
        Files.deleteIfExists(fresh);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            if (owner.isPresent()) {
                Files.setAttribute(fresh, "unix:uid", owner.getAsInt());
            }
            listener.configureBlocking(false);
            var taker = new Listener(listener, encrypted, keyOf(fresh));
            Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE);
            listeners.put(socket, taker);
        } catch (IOException | RuntimeException e) {
            listener.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    /**
     * Answers what is under way, and then closes each connection; new ones are welcome. Clients
     * that reconnect, as QEMU does, go on, and learn what they are only told in a handshake: the
     * size, after the device has grown.
     */
    public void restartConnections() {
        List.copyOf(connections).forEach(NbdConnection::end);
    }

    /** Connections that are open. */
    public int connections() {
        return connections.size();
    }

    /** Bytes of memory that requests have now. */
    public long bytesUnderWay() {
        return pool.lent();
    }

    /**
     * Closes listeners and connections, and removes the sockets. What the device has under way is
     * its own.
     */
    @Override
    public void close() {
        closed = true;
        listeners.forEach((socket, listener) -> listener.close(socket));
        listeners.clear();
        for (NbdConnection connection : List.copyOf(connections)) {
            connection.close("the server is closed");
        }
        inputs.clear();
    }

    EventLoop loop() {
        return loop;
    }

    BlockDevice device() {
        return device;
    }

    NbdExport export() {
        return export;
    }

    NbdLimits limits() {
        return limits;
    }

    BufferPool pool() {
        return pool;
    }

    /** An empty buffer to receive in. */
    ByteBuffer takeInput() {
        ByteBuffer input = inputs.poll();
        if (input == null) {
            input = ByteBuffer.allocateDirect(INPUT_BYTES);
        }
        return input.clear().limit(0);
    }

    void giveBack(ByteBuffer input) {
        if (!closed) {
            inputs.push(input);
        }
    }

    void forget(NbdConnection connection) {
        connections.remove(connection);
    }

    /** Now and then: gives memory back. */
    private void tend() {
        if (closed) {
            return;
        }
        pool.shrink();
        loop.after(SHRINK_PERIOD, this::tend);
    }

    /** Somebody may wait for memory: who sits on it for too long has to go. */
    void watchForStalled() {
        if (!watching && pool.isAwaited()) {
            watching = true;
            loop.after(limits.stalled(), this::closeStalled);
        }
    }

    private void closeStalled() {
        watching = false;
        if (closed || !pool.isAwaited()) {
            return;
        }
        long now = loop.nanos();
        for (NbdConnection connection : List.copyOf(connections)) {
            if (connection.isStalled(now)) {
                connection.close("it keeps memory from others");
            }
        }
        watchForStalled();
    }

    /** Takes connections. */
    private final class Listener implements EventLoop.Ready {
        private final ServerSocketChannel listener;
        private final boolean encrypted;
        private final Object fileKey;
        private final EventLoop.Registration registration;

        Listener(ServerSocketChannel listener, boolean encrypted, Object fileKey)
                throws IOException {
            this.listener = listener;
            this.encrypted = encrypted;
            this.fileKey = fileKey;
            this.registration = loop.register(listener, OP_ACCEPT, this);
        }

        @Override
        public void ready(int operations) {
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                // Out of file descriptors, as a rule: the listener has to survive that.
                LOG.warn("{}: a connection could not be accepted", export.name(), e);
                registration.interest(0);
                loop.after(ACCEPT_PAUSE, () -> registration.interest(OP_ACCEPT));
                return;
            }
            if (channel != null) {
                welcome(channel);
            }
        }

        private void welcome(SocketChannel channel) {
            try {
                if (connections.size() >= limits.connections()) {
                    LOG.warn("{}: too many connections", export.name());
                    channel.close();
                    return;
                }
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
                var connection = new NbdConnection(NbdServer.this, channel, encrypted);
                connections.add(connection);
                connection.begin();
            } catch (Throwable e) {
                // Want of memory, for one: that must not cost the listener.
                LOG.warn("{}: a connection could not be served", export.name(), e);
                refuse(channel);
            }
        }

        private void refuse(SocketChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing a channel", e);
            }
        }

        /** Unless another server has put its own in that place. */
        void close(Path socket) {
            registration.cancel();
            try {
                if (fileKey.equals(keyOf(socket))) {
                    Files.delete(socket);
                }
            } catch (NoSuchFileException e) {
                LOG.debug("{} is gone already", socket);
            } catch (IOException e) {
                LOG.warn("{} could not be removed", socket, e);
            }
        }
    }

    private static Object keyOf(Path socket) throws IOException {
        return requireNonNull(Files.readAttributes(socket, BasicFileAttributes.class).fileKey());
    }
}
