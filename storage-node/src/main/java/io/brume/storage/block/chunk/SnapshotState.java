package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.SnapshotRow;
import java.util.BitSet;

/**
 * A snapshot, and what of it is not safe yet.
 *
 * @param pending chunks that are not; never changed
 */
record SnapshotState(SnapshotRow row, BitSet pending) {
    /** Whether it waits for chunks of a volume. */
    boolean isPendingOf(long volumeNumber) {
        return row.getVolumeNumber() == volumeNumber && !pending.isEmpty();
    }

    /** Whether all of it is safe here, and it will not change. */
    boolean isComplete() {
        return pending.isEmpty() && !row.getOpen();
    }

    /** How far it is; nothing of one that is still written counts. */
    ChunkStore.Progress progress() {
        long chunks = row.getChunks();
        if (row.getOpen()) {
            return new ChunkStore.Progress(
                    row.getVolumeId(), 0, Math.max(1, chunks), chunks * Blocks.CHUNK);
        }
        return new ChunkStore.Progress(
                row.getVolumeId(), chunks - pending.cardinality(), chunks, chunks * Blocks.CHUNK);
    }
}
