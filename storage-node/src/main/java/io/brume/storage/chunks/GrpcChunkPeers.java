package io.brume.storage.chunks;

import com.google.protobuf.ByteString;
import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.Chunk;
import io.brume.proto.block.v1.ChunkRow;
import io.brume.proto.block.v1.ChunksGrpc;
import io.brume.proto.block.v1.GetChunkRequest;
import io.brume.proto.block.v1.ListChunksRequest;
import io.brume.proto.node.v1.ChunkSource;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerChannels.Peer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Other storage nodes, as the control plane has named them for each snapshot. Each source is asked
 * in turn, for the snapshot and for what it is a copy of. Thread-safe.
 */
public final class GrpcChunkPeers implements ChunkPeers, AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int HASH = 32;

    /** Of a volume of 64 TiB. */
    private static final int MOST_CHUNKS = 1 << 27;

    /** Shorter than a coordinator waits for a replica. */
    private static final int CHUNK_MILLIS = 1500;

    private static final int MANIFEST_MILLIS = 10_000;

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final PeerChannels channels = new PeerChannels(MAX_MESSAGE_BYTES);

    private record Known(List<String> ids, List<ChunkSource> sources) {}

    /** What one source is asked. */
    private interface Question<T> {
        T ask(ChunksGrpc.ChunksBlockingStub source, String snapshotId) throws IOException;
    }

    /** Before that no source can be reached: the node has not joined yet. */
    public void joined(Supplier<Identity> as) {
        channels.joined(as);
    }

    /**
     * Who keeps a snapshot.
     *
     * @param copyOf what it is a copy of, if that may be had instead; empty = nothing
     * @param sources none = nobody does
     */
    public void know(String snapshotId, String copyOf, List<ChunkSource> sources) {
        if (sources.isEmpty()) {
            known.remove(snapshotId);
        } else {
            List<String> ids = copyOf.isEmpty() ? List.of(snapshotId) : List.of(snapshotId, copyOf);
            known.put(snapshotId, new Known(ids, List.copyOf(sources)));
        }
    }

    @Override
    public SortedMap<Integer, byte[]> manifest(String snapshotId) throws IOException {
        return ask(snapshotId, MANIFEST_MILLIS, GrpcChunkPeers::list);
    }

    private static SortedMap<Integer, byte[]> list(
            ChunksGrpc.ChunksBlockingStub source, String snapshotId) throws IOException {
        SortedMap<Integer, byte[]> found = new TreeMap<>();
        var pages =
                source.listChunks(ListChunksRequest.newBuilder().setSnapshotId(snapshotId).build());
        int last = -1;
        while (pages.hasNext()) {
            for (ChunkRow row : pages.next().getRowsList()) {
                if (row.getIndex() <= last
                        || row.getIndex() >= MOST_CHUNKS
                        || row.getSha256().size() != HASH) {
                    throw new IOException("a list of chunks that is none");
                }
                last = row.getIndex();
                found.put(last, row.getSha256().toByteArray());
            }
        }
        return found;
    }

    @Override
    public ByteBuffer chunk(String snapshotId, int index, byte[] hash) throws IOException {
        return ask(
                snapshotId,
                CHUNK_MILLIS,
                (source, id) -> {
                    Chunk chunk =
                            source.getChunk(
                                    GetChunkRequest.newBuilder()
                                            .setSnapshotId(id)
                                            .setIndex(index)
                                            .build());
                    ByteString data = chunk.getData();
                    if (data.size() != Blocks.CHUNK
                            || !Arrays.equals(
                                    ChunkService.sha256(data.asReadOnlyByteBuffer()), hash)) {
                        throw new IOException("another chunk than was asked for");
                    }
                    return ByteBuffer.wrap(data.toByteArray());
                });
    }

    private <T> T ask(String snapshotId, int millis, Question<T> question) throws IOException {
        Known where = known.get(snapshotId);
        if (where == null) {
            throw new IOException("no other node is known to keep " + snapshotId);
        }
        var failure = new IOException("no other node gives what is missing of " + snapshotId);
        for (ChunkSource source : where.sources()) {
            for (String id : where.ids()) {
                try {
                    return question.ask(
                            ChunksGrpc.newBlockingStub(channel(source))
                                    .withDeadlineAfter(millis, TimeUnit.MILLISECONDS),
                            id);
                } catch (StatusRuntimeException e) {
                    failure.addSuppressed(e);
                    if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
                        break; // Its other snapshots will not be had either.
                    }
                } catch (IOException e) {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure;
    }

    private ManagedChannel channel(ChunkSource source) throws IOException {
        HostPort address;
        try {
            address = HostPort.parse(source.getAddress());
        } catch (IllegalArgumentException e) {
            throw new IOException("no address: " + source.getAddress(), e);
        }
        return channels.to(new Peer(source.getNodeId(), address));
    }

    @Override
    public void close() {
        channels.close();
    }
}
