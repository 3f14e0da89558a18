package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.fleet.Chunks.ChunkException;
import io.brume.control.fleet.Chunks.Problem;
import io.brume.proto.block.v1.ChunksGrpc;
import io.brume.proto.block.v1.ChunksGrpc.ChunksBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * The connection to one storage node's chunk service. It sleeps when nobody asks for a while, and
 * carries a bounded number of questions: whoever finds it full for as long as the answer may take
 * has waited in vain. Thread-safe.
 */
final class ChunkPeer implements AutoCloseable {
    /** A chunk and what goes with it. */
    private static final int MOST_MESSAGE = 1 << 20;

    private static final int MOST_QUESTIONS = 32;
    private static final int MOST_METADATA = 8192;

    private final StorageNode node;
    private final ManagedChannel channel;
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);

    private ChunkPeer(StorageNode node, ManagedChannel channel) {
        this.node = requireNonNull(node);
        this.channel = requireNonNull(channel);
    }

    /**
     * A connection that is opened by its first question.
     *
     * @param identity who asks
     * @param authority who certifies the node
     */
    static ChunkPeer dial(
            StorageNode node,
            Supplier<Identity> identity,
            X509Certificate authority,
            Executor threads) {
        try {
            var address = HostPort.parse(node.chunkAddress());
            var tls =
                    GrpcSslContexts.configure(
                                    SslContextBuilder.forClient()
                                            .keyManager(new IdentityKeyManager(identity)),
                                    SslProvider.JDK)
                            .protocols("TLSv1.3")
                            .trustManager(Trust.node(authority, node.id().value()))
                            .build();
            return new ChunkPeer(
                    node,
                    NettyChannelBuilder.forAddress(address.host(), address.port())
                            .overrideAuthority(node.id().value())
                            .sslContext(tls)
                            .executor(threads)
                            .maxInboundMessageSize(MOST_MESSAGE)
                            .maxInboundMetadataSize(MOST_METADATA)
                            .idleTimeout(5, TimeUnit.MINUTES)
                            .build());
        } catch (SSLException | IllegalArgumentException e) {
            throw new ChunkException(
                    Problem.AWAY, node.id() + " cannot be dialled at " + node.chunkAddress(), e);
        }
    }

    /** Where the node was dialled. */
    String address() {
        return node.chunkAddress();
    }

    /** Asks, as soon as few enough questions are under way. */
    <T> T ask(Duration patience, Function<ChunksBlockingStub, T> question) {
        try {
            if (!questions.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ChunkException(
                        Problem.AWAY, node.id() + " has too many unanswered questions", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChunkException(Problem.AWAY, "interrupted", e);
        }
        try {
            return question.apply(
                    ChunksGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            // The next question is not to wait for a pause that was meant for a node that is away.
            channel.resetConnectBackoff();
            throw e;
        } finally {
            questions.release();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
