package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server of one or more listeners. Thread-safe.
 *
 * <p>{@link #close} takes no more requests, waits up to ten seconds for those under way, and closes
 * all connections.
 */
public final class S3Server implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Shared shared;
    private final MultiThreadIoEventLoopGroup acceptor;
    private final MultiThreadIoEventLoopGroup workers;
    private final Map<EventLoop, LoopState> loops = new ConcurrentHashMap<>();
    private final List<Channel> listening = new ArrayList<>();

    private S3Server(Shared shared) {
        this.shared = requireNonNull(shared);
        // Requests are handled on other threads: a loop for each processor would only be woken more
        // often, for less at a time.
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.acceptor = group("s3-accept", 1);
        this.workers = group("s3-loop", threads);
    }

    private static MultiThreadIoEventLoopGroup group(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    /**
     * Starts to listen; returns when requests are taken.
     *
     * @throws IllegalStateException when an address cannot be bound
     */
    public static S3Server start(
            List<Listener> listeners, ServerLimits limits, RequestHandler handler, Time time) {
        var server = new S3Server(Shared.of(limits, handler, time));
        try {
            listeners.forEach(server::listen);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen(Listener listener) {
        var bound =
                new ServerBootstrap()
                        .group(acceptor, workers)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(1 << 10, 4 << 10, 256 << 10))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        accepted(channel, listener);
                                    }
                                })
                        .bind(listener.host(), listener.port())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "the object store cannot listen on " + listener.host() + ":" + listener.port(),
                    bound.cause());
        }
        listening.add(bound.channel());
    }

    private void accepted(SocketChannel channel, Listener listener) {
        int open = shared.open().incrementAndGet();
        channel.closeFuture().addListener(closed -> shared.open().decrementAndGet());
        if (open > shared.limits().connections()) {
            var _ = channel.close();
            return;
        }
        var loop = loops.computeIfAbsent(channel.eventLoop(), this::watched);
        var pipeline = channel.pipeline();
        listener.tls().ifPresent(tls -> pipeline.addLast(tls.newHandler(channel.alloc())));
        pipeline.addLast(new StrictRequestDecoder(shared.limits()));
        pipeline.addLast(
                new Connection(shared, loop, listener.tls().isPresent(), listener.forwarded()));
    }

    private LoopState watched(EventLoop eventLoop) {
        var state = new LoopState(shared.time());
        state.watch(eventLoop, shared.limits().timeouts());
        return state;
    }

    /** The ports that are listened on, in the order of the listeners. */
    public List<Integer> ports() {
        return listening.stream()
                .map(channel -> ((InetSocketAddress) channel.localAddress()).getPort())
                .toList();
    }

    /** How many connections are open. */
    public int connections() {
        return shared.open().get();
    }

    /** How many requests are being handled. */
    public int calls() {
        return shared.limits().calls() - shared.calls().availablePermits();
    }

    @Override
    public void close() {
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        loops.forEach((loop, state) -> loop.execute(state::drain));
        try {
            // All permits together: nothing is being handled any more.
            boolean quiet =
                    shared.calls()
                            .tryAcquire(
                                    shared.limits().calls(),
                                    PATIENCE.toMillis(),
                                    TimeUnit.MILLISECONDS);
            if (quiet) {
                shared.calls().release(shared.limits().calls());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
