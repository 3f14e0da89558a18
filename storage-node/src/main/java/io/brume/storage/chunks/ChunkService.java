package io.brume.storage.chunks;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.Chunk;
import io.brume.proto.block.v1.ChunkRow;
import io.brume.proto.block.v1.ChunkRows;
import io.brume.proto.block.v1.ChunksGrpc;
import io.brume.proto.block.v1.GetChunkRequest;
import io.brume.proto.block.v1.ListChunksRequest;
import io.brume.proto.block.v1.PutChunkRequest;
import io.brume.proto.block.v1.PutChunkResponse;
import io.brume.storage.block.chunk.ReceivedSnapshots;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contract {@code brume.block.v1.Chunks} over this node's chunk store. Thread-safe. */
public final class ChunkService extends ChunksGrpc.ChunksImplBase {
    /** Served at once: the index is native code, which holds a thread, and a chunk takes memory. */
    public static final int AT_ONCE = 4;

    /** The most rows of a message. */
    static final int MOST_ROWS = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(ChunkService.class);

    private final ReceivedSnapshots snapshots;
    private final LongSupplier freeBytes;

    /**
     * @param freeBytes what may still be written
     */
    public ChunkService(ReceivedSnapshots snapshots, LongSupplier freeBytes) {
        this.snapshots = requireNonNull(snapshots);
        this.freeBytes = requireNonNull(freeBytes);
    }

    @Override
    public void listChunks(ListChunksRequest request, StreamObserver<ChunkRows> observer) {
        var call = (ServerCallStreamObserver<ChunkRows>) observer;
        var pages = new Pages(request.getSnapshotId(), request.getFromIndex(), call);
        call.setOnReadyHandler(pages::sendSome);
    }

    /** What one caller is still to be sent; its handler runs in one thread at a time. */
    private final class Pages {
        private final String snapshotId;
        private final ServerCallStreamObserver<ChunkRows> call;
        private int next;
        private boolean ended;

        Pages(String snapshotId, int next, ServerCallStreamObserver<ChunkRows> call) {
            this.snapshotId = snapshotId;
            this.next = next;
            this.call = call;
        }

        void sendSome() {
            try {
                while (!ended && call.isReady()) {
                    send();
                }
            } catch (IOException e) {
                ended = true;
                call.onError(failed(e));
            }
        }

        private void send() throws IOException {
            Optional<SortedMap<Integer, byte[]>> rows =
                    next < 0 ? Optional.empty() : snapshots.list(snapshotId, next, MOST_ROWS);
            if (rows.isEmpty()) {
                ended = true;
                call.onError(
                        next < 0
                                ? refused(Status.INVALID_ARGUMENT, "the index is beyond all chunks")
                                : absent(snapshotId));
                return;
            }
            if (!rows.get().isEmpty()) {
                ChunkRows.Builder page = ChunkRows.newBuilder();
                rows.get()
                        .forEach((index, hash) ->
                                page.addRows(
                                        ChunkRow.newBuilder()
                                                .setIndex(index)
                                                .setSha256(ByteString.copyFrom(hash))));
                call.onNext(page.build());
                next = rows.get().lastKey() + 1;
            }
            if (rows.get().size() < MOST_ROWS) {
                ended = true;
                call.onCompleted();
            }
        }
    }

    @Override
    public void getChunk(GetChunkRequest request, StreamObserver<Chunk> observer) {
        String id = request.getSnapshotId();
        try {
            if (snapshots.standing(id).filter(ReceivedSnapshots.Standing::complete).isEmpty()) {
                observer.onError(absent(id));
                return;
            }
            Optional<byte[]> hash = snapshots.name(id, Math.max(0, request.getIndex()));
            Chunk.Builder chunk = Chunk.newBuilder();
            if (hash.isPresent()) {
                Optional<ByteBuffer> bytes = snapshots.bytes(hash.get());
                if (bytes.isEmpty()) {
                    LOG.warn("chunk {} of {} is missing or damaged", request.getIndex(), id);
                    observer.onError(
                            refused(Status.DATA_LOSS, "the chunk is missing or damaged here"));
                    return;
                }
                chunk.setSha256(ByteString.copyFrom(hash.get()))
                        .setData(ByteString.copyFrom(bytes.get()));
            }
            observer.onNext(chunk.build());
            observer.onCompleted();
        } catch (IOException e) {
            observer.onError(failed(e));
        }
    }

    @Override
    public void putChunk(PutChunkRequest request, StreamObserver<PutChunkResponse> observer) {
        String id = request.getSnapshotId();
        try {
            Optional<ReceivedSnapshots.Standing> standing = snapshots.standing(id);
            if (standing.isEmpty()) {
                observer.onError(absent(id));
            } else if (!isChunk(request, standing.get().sizeBytes())) {
                observer.onError(
                        refused(
                                Status.INVALID_ARGUMENT,
                                "not a chunk of the snapshot with its SHA-256"));
            } else if (freeBytes.getAsLong() < Blocks.CHUNK) {
                observer.onError(refused(Status.RESOURCE_EXHAUSTED, "the disk is full"));
            } else if (snapshots.put(
                    id, request.getIndex(), request.getData().asReadOnlyByteBuffer())) {
                observer.onNext(PutChunkResponse.getDefaultInstance());
                observer.onCompleted();
            } else {
                observer.onError(refused(Status.FAILED_PRECONDITION, id + " is not open"));
            }
        } catch (IOException e) {
            observer.onError(failed(e));
        }
    }

    private static boolean isChunk(PutChunkRequest request, long sizeBytes) {
        return request.getData().size() == Blocks.CHUNK
                && request.getIndex() >= 0
                && (long) request.getIndex() * Blocks.CHUNK < sizeBytes
                && MessageDigest.isEqual(
                        request.getSha256().toByteArray(),
                        sha256(request.getData().asReadOnlyByteBuffer()));
    }

    static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static RuntimeException absent(String snapshotId) {
        return refused(Status.NOT_FOUND, snapshotId + " is not here, or not complete");
    }

    private static RuntimeException refused(Status status, String why) {
        return status.withDescription(why).asRuntimeException();
    }

    private static RuntimeException failed(IOException cause) {
        LOG.error("A request for chunks failed", cause);
        return Status.UNAVAILABLE
                .withDescription("this node's disk does not answer")
                .withCause(cause)
                .asRuntimeException();
    }
}
