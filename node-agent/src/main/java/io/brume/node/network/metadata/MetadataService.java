package io.brume.node.network.metadata;

import static java.util.Objects.requireNonNull;

import io.brume.common.ffm.NetworkNamespaces;
import io.brume.common.time.Time;
import io.brume.node.network.InstanceMetadata;
import io.brume.node.network.metadata.MetadataApi.Described;
import io.brume.node.network.nftables.VpcRuleset;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The metadata services of all VPCs of this host, on one thread. Thread-safe.
 *
 * <p>Bounds: request line 4 KiB, headers 8 KiB, body 1 KiB, {@value #MAX_CONNECTIONS} connections
 * of one instance, {@value #IDLE_SECONDS} seconds of silence.
 */
public final class MetadataService implements AutoCloseable {
    static final int MAX_CONNECTIONS = 64;
    static final int IDLE_SECONDS = 15;
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 8192;
    private static final int MAX_BODY = 1024;
    private static final int BACKLOG = 128;

    /**
     * @param identity tells the namespace from another of the same name
     */
    private record Listener(Object identity, Channel channel, ChannelGroup connections) {
        void close() {
            channel.close().syncUninterruptibly();
            connections.close().syncUninterruptibly();
        }
    }

    private record Address(String vpcId, String privateIp) {}

    private final MetadataApi api;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("metadata", true), NioIoHandler.newFactory());
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final Map<Address, Described> described = new ConcurrentHashMap<>();
    private final Map<Address, AtomicInteger> connections = new ConcurrentHashMap<>();

    /**
     * @param random unguessable: tokens depend on it
     */
    public MetadataService(Time time, RandomGenerator random) {
        this.api = new MetadataApi(new MetadataTokens(requireNonNull(time), random));
    }

    /** Answers in a VPC's namespace, if it does not yet. */
    public synchronized void listen(String vpcId, Path namespace) throws IOException {
        Object identity = Files.getAttribute(namespace, "unix:ino");
        Listener present = listeners.get(vpcId);
        if (present != null && present.identity().equals(identity) && present.channel().isOpen()) {
            return;
        }
        ignore(vpcId);
        ServerSocketChannel socket = NetworkNamespaces.call(namespace, MetadataService::open);
        ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(() -> new NioServerSocketChannel(socket))
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new Connections(vpcId, accepted));
        Channel channel = bootstrap.register().syncUninterruptibly().channel();
        listeners.put(vpcId, new Listener(identity, channel, accepted));
    }

    /** Answers in a VPC no longer; returns when its sockets are closed. */
    public synchronized void ignore(String vpcId) {
        Listener listener = listeners.remove(vpcId);
        if (listener != null) {
            listener.close();
        }
    }

    /** Sets what an instance learns. */
    public void describe(InstanceMetadata metadata) {
        var address = new Address(metadata.vpcId(), metadata.privateIp());
        described.put(address, new Described(metadata, MetadataTree.of(metadata)));
        described
                .entrySet()
                .removeIf(entry ->
                        !entry.getKey().equals(address)
                                && of(entry.getValue(), metadata.instanceId()));
    }

    /** Tells an instance nothing more. */
    public void forget(String instanceId) {
        described.values().removeIf(value -> of(value, instanceId));
    }

    @Override
    public synchronized void close() {
        listeners.values().forEach(Listener::close);
        listeners.clear();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static boolean of(Described value, String instanceId) {
        return value.metadata().instanceId().equals(instanceId);
    }

    private static ServerSocketChannel open() throws IOException {
        var socket = ServerSocketChannel.open(StandardProtocolFamily.INET);
        try {
            var address = InetAddress.getByName(VpcRuleset.METADATA);
            socket.bind(new InetSocketAddress(address, 80), BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sets up what connects in one VPC. */
    private final class Connections extends ChannelInitializer<SocketChannel> {
        private final String vpcId;
        private final ChannelGroup accepted;

        Connections(String vpcId, ChannelGroup accepted) {
            this.vpcId = vpcId;
            this.accepted = accepted;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            var from = new Address(vpcId, channel.remoteAddress().getAddress().getHostAddress());
            var open = connections.computeIfAbsent(from, key -> new AtomicInteger());
            channel.closeFuture()
                    .addListener(closed ->
                            connections.computeIfPresent(
                                    from,
                                    (key, count) -> count.decrementAndGet() == 0 ? null : count));
            if (open.incrementAndGet() > MAX_CONNECTIONS) {
                var _ = channel.close();
                return;
            }
            accepted.add(channel);
            channel.pipeline()
                    .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                    .addLast(
                            new HttpServerCodec(
                                    new HttpDecoderConfig()
                                            .setMaxInitialLineLength(MAX_LINE)
                                            .setMaxHeaderSize(MAX_HEADERS)))
                    .addLast(new HttpObjectAggregator(MAX_BODY, true))
                    .addLast(
                            new MetadataConnection(
                                    api,
                                    privateIp ->
                                            Optional.ofNullable(
                                                    described.get(new Address(vpcId, privateIp)))));
        }
    }
}
