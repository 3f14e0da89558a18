package io.brume.storage.chunks;

import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.storage.block.chunk.ReceivedSnapshots;
import io.brume.storage.peers.PeerCallers;
import io.brume.storage.peers.PeerServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The port where storage nodes and the control plane read and write chunks of snapshots, over
 * mutual TLS. Bounded: calls of a connection, bytes of a message, and how many are served at once.
 */
public final class ChunkServer implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_CALLS_PER_CONNECTION = 32;

    /** Served at once: the index is native code, which holds a thread, and a chunk takes memory. */
    private static final int AT_ONCE = 4;

    private final PeerServer server;

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
        server =
                new PeerServer(
                        new PeerServer.Options(
                                "chunks",
                                listen,
                                PeerCallers.storageNodesAndControlPlane("chunks"),
                                MAX_MESSAGE_BYTES,
                                MAX_CALLS_PER_CONNECTION,
                                Executors.newFixedThreadPool(
                                        AT_ONCE,
                                        Thread.ofPlatform()
                                                .daemon()
                                                .name("chunk-server-", 0)
                                                .factory())),
                        identity,
                        List.of(new ChunkService(snapshots, freeBytes)));
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
