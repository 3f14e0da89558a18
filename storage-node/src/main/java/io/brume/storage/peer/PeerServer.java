package io.brume.storage.peer;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port where storage nodes and the control plane reach this node's services, over mutual TLS.
 * Bounded: calls of a connection, and bytes of a message.
 */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_METADATA_BYTES = 8192;
    private static final int MAX_CALLS_PER_CONNECTION = 256;

    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService nativeCalls;
    private final Server server;

    /**
     * What is served.
     *
     * @param atOnce calls that are served at once, by platform threads, since they call native code
     *     or take much memory; 0 = as many as there are, by virtual threads
     */
    public record Served(BindableService service, int atOnce) {
        public Served {
            requireNonNull(service);
        }
    }

    /**
     * Serves at once.
     *
     * @param listen port 0 takes a free one
     * @param identity this node's, asked at each handshake
     */
    public PeerServer(HostPort listen, List<Served> services, Supplier<Identity> identity)
            throws IOException {
        requireNonNull(identity);
        var tls =
                GrpcSslContexts.configure(
                                SslContextBuilder.forServer(new IdentityKeyManager(identity)),
                                SslProvider.JDK)
                        .protocols("TLSv1.3")
                        .clientAuth(ClientAuth.REQUIRE)
                        .trustManager(Trust.authority(identity.get().authority()))
                        .build();
        int atOnce = services.stream().mapToInt(Served::atOnce).max().orElse(0);
        nativeCalls =
                Executors.newFixedThreadPool(
                        Math.max(1, atOnce),
                        Thread.ofPlatform().daemon().name("peer-server-", 0).factory());
        var builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
                        .sslContext(tls)
                        .executor(waiting)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .handshakeTimeout(10, TimeUnit.SECONDS)
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        // A node that is gone leaves nothing behind here for long.
                        .keepAliveTime(20, TimeUnit.SECONDS)
                        .keepAliveTimeout(10, TimeUnit.SECONDS);
        Set<String> bounded = new HashSet<>();
        for (Served one : services) {
            ServerServiceDefinition service =
                    ServerInterceptors.intercept(one.service(), new PeerCallers());
            builder.addService(service);
            if (one.atOnce() > 0) {
                bounded.add(service.getServiceDescriptor().getName());
            }
        }
        server = builder.callExecutor(threads(bounded)).build().start();
        LOG.info("Other nodes are served at {}", server.getListenSockets());
    }

    private ServerCallExecutorSupplier threads(Set<String> bounded) {
        return new ServerCallExecutorSupplier() {
            @Override
            public <ReqT, RespT> Executor getExecutor(
                    ServerCall<ReqT, RespT> call, Metadata metadata) {
                String service = call.getMethodDescriptor().getServiceName();
                return service != null && bounded.contains(service) ? nativeCalls : waiting;
            }
        };
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
                LOG.warn("Some calls of other nodes did not end within 5 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nativeCalls.shutdownNow();
        waiting.shutdownNow();
    }
}
