package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.UnsafeByteOperations;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.fleet.Chunks;
import io.brume.proto.block.v1.ChunkRow;
import io.brume.proto.block.v1.ChunksGrpc.ChunksBlockingStub;
import io.brume.proto.block.v1.GetChunkRequest;
import io.brume.proto.block.v1.ListChunksRequest;
import io.brume.proto.block.v1.PutChunkRequest;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Asks storage nodes for chunks. One connection a node is kept while it is used; both ends prove
 * themselves: this one as the control plane, the other as the node that is meant. What comes is
 * held against its name before it is believed.
 */
public final class GrpcChunks implements Chunks, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LIST_PATIENCE = Duration.ofSeconds(60);

    private final CertificateAuthority authority;
    private final ControlPlaneIdentity identity;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<NodeId, ChunkPeer> peers = new HashMap<>();

    public GrpcChunks(CertificateAuthority authority, Time time) {
        this.authority = requireNonNull(authority);
        this.identity = new ControlPlaneIdentity(authority, time);
    }

    @Override
    public List<Row> list(StorageNode node, SnapshotId snapshot, int from, int most) {
        var request =
                ListChunksRequest.newBuilder()
                        .setSnapshotId(snapshot.value())
                        .setFromIndex(from)
                        .build();
        return ask(node, LIST_PATIENCE, stub -> list(stub, request, most));
    }

    /** Ends the node's answer as soon as there is enough of it. */
    private static List<Row> list(ChunksBlockingStub stub, ListChunksRequest request, int most) {
        var rows = new ArrayList<Row>();
        try (var context = Context.current().withCancellation()) {
            var before = context.attach();
            try {
                var answers = stub.listChunks(request);
                int last = request.getFromIndex() - 1;
                while (rows.size() < most && answers.hasNext()) {
                    for (var row : answers.next().getRowsList()) {
                        if (row.getIndex() <= last || row.getSha256().size() != HASH) {
                            throw damaged("rows that are out of order or have no name");
                        }
                        last = row.getIndex();
                        add(rows, row, most);
                    }
                }
            } finally {
                context.detach(before);
            }
        }
        return rows;
    }

    private static void add(List<Row> rows, ChunkRow row, int most) {
        if (rows.size() < most) {
            rows.add(new Row(row.getIndex(), row.getSha256().toByteArray()));
        }
    }

    @Override
    public byte[] get(StorageNode node, SnapshotId snapshot, int index) {
        var request =
                GetChunkRequest.newBuilder()
                        .setSnapshotId(snapshot.value())
                        .setIndex(index)
                        .build();
        var chunk = ask(node, PATIENCE, stub -> stub.getChunk(request));
        if (chunk.getData().isEmpty() && chunk.getSha256().isEmpty()) {
            return new byte[CHUNK];
        }
        var data = chunk.getData().toByteArray();
        if (data.length != CHUNK
                || !MessageDigest.isEqual(sha256(data), chunk.getSha256().toByteArray())) {
            throw damaged("a chunk that is not what its name says");
        }
        return data;
    }

    @Override
    public void put(StorageNode node, SnapshotId snapshot, int index, byte[] data) {
        var request =
                PutChunkRequest.newBuilder()
                        .setSnapshotId(snapshot.value())
                        .setIndex(index)
                        .setData(UnsafeByteOperations.unsafeWrap(data))
                        .setSha256(UnsafeByteOperations.unsafeWrap(sha256(data)))
                        .build();
        ask(node, PATIENCE, stub -> stub.putChunk(request));
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private <T> T ask(
            StorageNode node, Duration patience, Function<ChunksBlockingStub, T> question) {
        try {
            return peer(node).ask(patience, question);
        } catch (StatusRuntimeException e) {
            throw new ChunkException(
                    problem(e), node.id() + " does not answer: " + e.getMessage(), e);
        }
    }

    private static Problem problem(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case NOT_FOUND, FAILED_PRECONDITION -> Problem.ABSENT;
            case DATA_LOSS -> Problem.DAMAGED;
            case RESOURCE_EXHAUSTED -> Problem.FULL;
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    DEADLINE_EXCEEDED,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    UNAUTHENTICATED ->
                    Problem.AWAY;
        };
    }

    private static ChunkException damaged(String what) {
        return new ChunkException(Problem.DAMAGED, "a node sent " + what, null);
    }

    /** The connection to a node, made anew when the node has moved. */
    private synchronized ChunkPeer peer(StorageNode node) {
        if (node.chunkAddress().isEmpty()) {
            throw new ChunkException(Problem.AWAY, node.id() + " serves no chunks", null);
        }
        var known = peers.get(node.id());
        if (known != null && known.address().equals(node.chunkAddress())) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        var fresh = ChunkPeer.dial(node, identity, authority.certificate(), threads);
        peers.put(node.id(), fresh);
        return fresh;
    }

    @Override
    public synchronized void close() {
        peers.values().forEach(ChunkPeer::close);
        peers.clear();
        threads.shutdownNow();
    }
}
