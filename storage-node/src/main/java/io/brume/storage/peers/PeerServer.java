package io.brume.storage.peers;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port where other programs of the cloud call this node, over mutual TLS. Bounded: calls of a
 * connection, and bytes of a message.
 */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int MAX_METADATA_BYTES = 8192;

    /**
     * What a port is for.
     *
     * @param name for people and threads
     * @param listen port 0 takes a free one
     * @param callers who may call
     * @param threads where calls are served; the server's from now on
     */
    public record Options(
            String name,
            HostPort listen,
            PeerCallers callers,
            int maxMessageBytes,
            int maxCallsPerConnection,
            ExecutorService threads) {
        public Options {
            requireNonNull(name);
            requireNonNull(listen);
            requireNonNull(callers);
            requireNonNull(threads);
        }
    }

    private final Options options;
    private final Server server;

    /**
     * Serves at once.
     *
     * @param identity this node's, asked at each handshake
     */
    public PeerServer(
            Options options, Supplier<Identity> identity, List<? extends BindableService> services)
            throws IOException {
        this.options = requireNonNull(options);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(
                                        options.listen().host(), options.listen().port()))
                        .sslContext(tls(identity))
                        .executor(options.threads())
                        .maxInboundMessageSize(options.maxMessageBytes())
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(options.maxCallsPerConnection())
                        .handshakeTimeout(10, TimeUnit.SECONDS)
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        // A node that is gone leaves nothing behind here for long.
                        .keepAliveTime(20, TimeUnit.SECONDS)
                        .keepAliveTimeout(10, TimeUnit.SECONDS);
        services.forEach(service ->
                builder.addService(ServerInterceptors.intercept(service, options.callers())));
        server = builder.build().start();
        LOG.info("{}: served at {}", options.name(), server.getListenSockets());
    }

    private static SslContext tls(Supplier<Identity> identity) throws IOException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(new IdentityKeyManager(identity)),
                        SslProvider.JDK)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(Trust.authority(identity.get().authority()))
                .build();
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("{}: some calls did not end within 5 seconds", options.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        options.threads().shutdownNow();
    }
}
