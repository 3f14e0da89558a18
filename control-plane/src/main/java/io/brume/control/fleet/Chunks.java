package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.StorageNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of snapshots, as storage nodes keep them: 512 KiB each, encrypted when the snapshot
 * is. Each call asks one node, blocks, is bounded in time, and throws {@link ChunkException} when
 * the node cannot answer. Thread-safe.
 */
public interface Chunks {
    /** Bytes of a chunk. */
    int CHUNK = 512 << 10;

    /** Bytes of a chunk's name. */
    int HASH = 32;

    /**
     * A chunk that is not all zeros.
     *
     * @param index offset in the volume, in chunks
     * @param sha256 of its bytes
     */
    record Row(int index, byte[] sha256) {
        public Row {
            requireNonNull(sha256);
        }
    }

    /** The chunks that are not all zeros, from an index on, in order: at most so many. */
    List<Row> list(StorageNode node, SnapshotId snapshot, int from, int most);

    /** The bytes of a chunk, verified; all zeros when nothing is kept of it. */
    byte[] get(StorageNode node, SnapshotId snapshot, int index);

    /** Writes a chunk of a snapshot that is open; durable when this returns. */
    void put(StorageNode node, SnapshotId snapshot, int index, byte[] data);

    /** Why a node cannot answer. */
    enum Problem {
        /** It does not have the snapshot, or not all of it, or not yet. */
        ABSENT,
        /** The chunk is damaged there. */
        DAMAGED,
        /** Its disk is full. */
        FULL,
        /** It cannot be talked to, or breaks. */
        AWAY
    }

    /** A node cannot answer; another one may. */
    final class ChunkException extends RuntimeException {
        private final Problem problem;

        public ChunkException(Problem problem, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.problem = requireNonNull(problem);
        }

        public Problem problem() {
            return problem;
        }
    }
}
