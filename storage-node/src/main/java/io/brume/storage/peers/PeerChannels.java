package io.brume.storage.peers;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Channels to other storage nodes, one for each. Thread-safe. */
public final class PeerChannels implements AutoCloseable {
    /**
     * A storage node, and where it is reached.
     *
     * @param nodeId what its certificate must say
     */
    public record Peer(String nodeId, HostPort address) {
        public Peer {
            requireNonNull(nodeId);
            requireNonNull(address);
        }
    }

    private final int maxMessageBytes;
    private final Map<Peer, ManagedChannel> channels = new ConcurrentHashMap<>();
    private volatile @Nullable Supplier<Identity> identity;

    /**
     * @param maxMessageBytes of an answer
     */
    public PeerChannels(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Before that nobody can be reached: the node has not joined yet. */
    public void joined(Supplier<Identity> as) {
        identity = requireNonNull(as);
    }

    /**
     * A channel, which connects when it is used. One without calls closes its connection, so the
     * certificate shown is a new one then.
     */
    public ManagedChannel to(Peer peer) throws IOException {
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

    private ManagedChannel dial(Peer peer) throws IOException {
        Supplier<Identity> as = identity;
        if (as == null) {
            throw new IOException("this node has not joined its cloud yet");
        }
        return NettyChannelBuilder.forAddress(peer.address().host(), peer.address().port())
                .sslContext(tls(peer, as))
                .maxInboundMessageSize(maxMessageBytes)
                .idleTimeout(1, TimeUnit.MINUTES)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }

    private static SslContext tls(Peer peer, Supplier<Identity> as) throws IOException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forClient().keyManager(new IdentityKeyManager(as)),
                        SslProvider.JDK)
                .protocols("TLSv1.3")
                .trustManager(Trust.node(as.get().authority(), peer.nodeId()))
                .build();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
