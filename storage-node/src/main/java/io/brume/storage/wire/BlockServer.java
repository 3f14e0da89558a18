package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves replicas to coordinators, by the block protocol of docs/design/0002-block-volumes.md: on a
 * Unix socket to the agent of this host, and on TCP with certificates on both ends to the agents of
 * others. Thread-safe.
 */
public final class BlockServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockServer.class);
    private static final int LARGE_BUFFERS = 16;

    /**
     * How it listens, and its bounds.
     *
     * @param socket of the Unix socket; not made where the kernel's bound on its length forbids it
     * @param listen for other hosts; port 0 takes a free one
     * @param openWithin what has not been opened for so long is closed
     * @param stalledWithin who stops in the middle of a request, or reads no answers, is cut off
     */
    public record Options(
            Path socket,
            HostPort listen,
            int mostConnections,
            Duration openWithin,
            Duration stalledWithin) {
        /** 512 connections, 10 s to open, 30 s of standstill. */
        public static Options standard(Path socket, HostPort listen) {
            return new Options(socket, listen, 512, Duration.ofSeconds(10), Duration.ofSeconds(30));
        }
    }

    private final Options options;
    private final BlockConnection.Shared shared;
    private final TlsListener tcp;
    private final Optional<UnixListener> unix;
    private final List<Thread> acceptors = new ArrayList<>();
    private final Set<BlockConnection> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("block-watch").factory());
    private volatile boolean closed;

    /**
     * Serves at once.
     *
     * @param identity this node's, asked at each handshake
     */
    public BlockServer(
            Options options,
            Grants grants,
            BlockCounters counters,
            Supplier<Identity> identity,
            Time time)
            throws IOException {
        this.options = requireNonNull(options);
        this.shared =
                new BlockConnection.Shared(
                        requireNonNull(grants),
                        new LargeBuffers(LARGE_BUFFERS, BlockConnection.LARGEST_FRAME),
                        requireNonNull(counters),
                        requireNonNull(time));
        this.tcp = new TlsListener(options.listen(), identity);
        try {
            this.unix = listen(options.socket());
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
        unix.ifPresent(this::accept);
        accept(tcp);
        var _ = watch.scheduleWithFixedDelay(this::look, 250, 250, TimeUnit.MILLISECONDS);
        LOG.info("Blocks are served at {}{}", tcp, unix.map(one -> " and " + one).orElse(""));
    }

    private static Optional<UnixListener> listen(Path socket) throws IOException {
        if (!UnixListener.isShortEnough(socket)) {
            LOG.warn("{} is too long for a socket; agents of this host come by TCP", socket);
            return Optional.empty();
        }
        return Optional.of(new UnixListener(socket));
    }

    /** The TCP port. */
    public int port() {
        return tcp.port();
    }

    /** The Unix socket, where there is one. */
    public Optional<Path> socket() {
        return unix.map(one -> options.socket());
    }

    /** Connections now, opened or not. */
    public int connections() {
        return connections.size();
    }

    private void accept(Listener listener) {
        acceptors.add(
                Thread.ofPlatform().daemon().name("block-accept").start(() -> acceptAll(listener)));
    }

    private void acceptAll(Listener listener) {
        while (!closed) {
            try {
                take(listener.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("{}: nobody could be taken: {}", listener, e.getMessage());
                    pause();
                }
            }
        }
    }

    /** As when there are no file descriptors: trying at once again would only burn. */
    private void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Transport transport) throws IOException {
        if (connections.size() >= options.mostConnections()) {
            LOG.warn("{} is turned away: {} are connected", transport, connections.size());
            transport.close();
            return;
        }
        var connection = new BlockConnection(transport, shared, connections::remove);
        connections.add(connection);
        connection.start();
        if (closed) {
            connection.end("the server is closed");
        }
    }

    private void look() {
        for (BlockConnection each : connections) {
            if (each.isIdle(options.openWithin())) {
                each.end("it has opened nothing for " + options.openWithin().toSeconds() + " s");
            } else if (each.isStalled(options.stalledWithin())) {
                each.end("it stands still since " + options.stalledWithin().toSeconds() + " s");
            }
        }
    }

    /** Ends every connection; returns when no request is under way, or it takes long. */
    @Override
    public void close() throws IOException {
        closed = true;
        watch.shutdownNow();
        tcp.close();
        if (unix.isPresent()) {
            unix.get().close();
        }
        List<BlockConnection> left = List.copyOf(connections);
        left.forEach(each -> each.end("the server is closed"));
        left.forEach(BlockConnection::awaitEnd);
        try {
            for (Thread acceptor : acceptors) {
                acceptor.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
