package io.brume.session;

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
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to the control plane over TLS 1.3. */
record ControlChannel(ManagedChannel channel) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    /**
     * The name that the control plane's certificate bears, whatever address it is reached at;
     * {@code io.brume.control.fleet.grpc} knows the same.
     */
    private static final String SERVER_NAME = "control-plane.brume.internal";

    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    ControlChannel {
        requireNonNull(channel);
    }

    /** Without an identity, as one who joins. */
    static ControlChannel toJoin(HostPort control, String authorityFingerprint, Executor threads)
            throws IOException {
        return dial(
                control,
                SslContextBuilder.forClient(),
                Trust.pinned(authorityFingerprint),
                threads);
    }

    /** As the node that the identity names. */
    static ControlChannel as(Identity identity, HostPort control, Executor threads)
            throws IOException {
        return dial(
                control,
                SslContextBuilder.forClient().keyManager(new IdentityKeyManager(() -> identity)),
                Trust.authority(identity.authority()),
                threads);
    }

    /** As a member, with the identity that it has at each handshake. */
    static ControlChannel of(Membership membership, Executor threads) throws IOException {
        return dial(
                membership.control(),
                SslContextBuilder.forClient()
                        .keyManager(new IdentityKeyManager(membership::identity)),
                Trust.authority(membership.identity().authority()),
                threads);
    }

    private static ControlChannel dial(
            HostPort control,
            SslContextBuilder tls,
            X509ExtendedTrustManager trust,
            Executor threads)
            throws IOException {
        return new ControlChannel(
                NettyChannelBuilder.forAddress(control.host(), control.port())
                        .overrideAuthority(SERVER_NAME)
                        .sslContext(
                                GrpcSslContexts.configure(tls, SslProvider.JDK)
                                        .protocols("TLSv1.3")
                                        .trustManager(trust)
                                        .build())
                        .executor(threads)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .keepAliveTime(10, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS)
                        .keepAliveWithoutCalls(true)
                        .build());
    }

    /** Ends every call on it. */
    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
            LOG.warn("A connection to the control plane did not end");
        }
    }
}
