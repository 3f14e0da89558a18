package io.brume.storage.peer;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connections to other storage nodes, each made when it is first asked for. Thread-safe. */
public final class PeerChannels implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final Map<Peer, ManagedChannel> channels = new ConcurrentHashMap<>();
    private volatile @Nullable Supplier<Identity> identity;

    private record Peer(String nodeId, HostPort address) {}

    /** Before that no other node can be reached: this one has not joined yet. */
    public void joined(Supplier<Identity> as) {
        identity = requireNonNull(as);
    }

    /** A channel to a node, which has to show that it is the one. */
    public ManagedChannel to(String nodeId, HostPort address) throws IOException {
        var peer = new Peer(nodeId, address);
        ManagedChannel open = channels.get(peer);
        if (open != null) {
            return open;
        }
        synchronized (channels) {
            open = channels.get(peer);
            if (open == null) {
                open = dial(peer);
                channels.put(peer, open);
            }
            return open;
        }
    }

    /**
     * A channel without calls closes its connection, so the certificate shown is a new one then.
     */
    private ManagedChannel dial(Peer peer) throws IOException {
        Supplier<Identity> as = identity;
        if (as == null) {
            throw new IOException("this node has not joined its cloud yet");
        }
        return NettyChannelBuilder.forAddress(peer.address.host(), peer.address.port())
                .sslContext(
                        GrpcSslContexts.configure(
                                        SslContextBuilder.forClient()
                                                .keyManager(new IdentityKeyManager(as)),
                                        SslProvider.JDK)
                                .protocols("TLSv1.3")
                                .trustManager(Trust.node(as.get().authority(), peer.nodeId))
                                .build())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .idleTimeout(1, TimeUnit.MINUTES)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
