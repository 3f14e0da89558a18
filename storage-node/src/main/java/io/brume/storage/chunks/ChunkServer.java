package io.brume.storage.chunks;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.storage.block.chunk.ReceivedSnapshots;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port where storage nodes and the control plane read and write chunks of snapshots, over
 * mutual TLS. Bounded: calls of a connection, bytes of a message, and how many are served at once.
 */
public final class ChunkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkServer.class);
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_METADATA_BYTES = 8192;
    private static final int MAX_CALLS_PER_CONNECTION = 32;

    /** Served at once: the index is native code, which holds a thread, and a chunk takes memory. */
    private static final int AT_ONCE = 4;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    AT_ONCE, Thread.ofPlatform().daemon().name("chunk-server-", 0).factory());
    private final Server server;

    /**
     * Serves at once.
     *
     * @param listen port 0 takes a free one
     * @param identity this node's, asked at each handshake
     * @param freeBytes what may still be written
     */
    public ChunkServer(
            HostPort listen,
            ReceivedSnapshots snapshots,
            LongSupplier freeBytes,
            Supplier<Identity> identity)
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
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
                        .sslContext(tls)
                        .executor(threads)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .handshakeTimeout(10, TimeUnit.SECONDS)
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .addService(
                                ServerInterceptors.intercept(
                                        new ChunkService(snapshots, freeBytes), new ChunkCallers()))
                        .build()
                        .start();
        LOG.info("Chunks are served at {}", server.getListenSockets());
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
                LOG.warn("Some calls for chunks did not end within 5 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
