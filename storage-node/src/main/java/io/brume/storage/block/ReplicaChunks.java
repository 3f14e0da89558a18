package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkStore;
import io.brume.storage.block.chunk.VolumeChunks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * What changing a replica's segments means for its snapshots: a chunk is preserved before it
 * changes, noted as changed, and filled from the base. For the one thread that applies.
 */
final class ReplicaChunks {
    private static final int BLOCKS = SegmentContent.BLOCKS;
    private static final int AT_ONCE = 32;

    private final ChunkStore store;
    private final VolumeChunks volume;
    private final Segments segments;
    private final SegmentContent content;
    private final BitSet filled = new BitSet();

    ReplicaChunks(ChunkStore store, VolumeChunks volume, Segments segments) {
        this.store = store;
        this.volume = volume;
        this.segments = segments;
        this.content = new SegmentContent(segments);
    }

    VolumeChunks volume() {
        return volume;
    }

    /** Snapshots whose cut was made. */
    List<String> snapshots() {
        return store.snapshotsOf(volume.number());
    }

    /** Before anything of these blocks and ranges changes. */
    void before(long[] blocks, Layer.Range[] ranges) throws IOException {
        if (volume.isPlain()) {
            return;
        }
        var chunks = new BitSet();
        for (long block : blocks) {
            chunks.set((int) (block / BLOCKS));
        }
        for (Layer.Range range : ranges) {
            chunks.set((int) (range.from() / BLOCKS), (int) ((range.to() - 1) / BLOCKS) + 1);
        }
        preserve(chunks);
        store.changing(volume, chunks);
    }

    private void preserve(BitSet chunks) throws IOException {
        var some = new BitSet();
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            some.set(chunk);
            if (some.cardinality() == AT_ONCE) {
                store.preserve(volume, some, content);
                some.clear();
            }
        }
        store.preserve(volume, some, content);
    }

    /** Preserves some chunks that wait; whether more do. Those of other nodes come first. */
    boolean preserveSome() throws IOException {
        if (!volume.hasPending() || volume.isRemote()) {
            return false;
        }
        store.preserve(volume, volume.firstPending(AT_ONCE), content);
        return volume.hasPending();
    }

    /** Fills the chunk of a block; under the apply lock. */
    void fill(long block, ByteBuffer sums, ByteBuffer bytes) throws IOException {
        long first = block / BLOCKS * BLOCKS;
        if (!volume.isUnfilled(block / BLOCKS) || filled.get((int) (block / BLOCKS))) {
            return;
        }
        volume.readSums(first, sums.clear());
        volume.readContent(first, bytes.clear());
        segments.write(first, bytes.flip(), sums.flip());
        sums.clear();
        bytes.clear();
        filled.set((int) (block / BLOCKS));
    }

    /** Fills the chunks that a range has parts of; the whole ones need not be. Under the lock. */
    void fillEnds(long from, long to, ByteBuffer sums, ByteBuffer bytes) throws IOException {
        if (!volume.hasBase()) {
            return;
        }
        if (from % BLOCKS != 0) {
            fill(from, sums, bytes);
        }
        if (to % BLOCKS != 0) {
            fill(to - 1, sums, bytes);
        }
        long first = (from + BLOCKS - 1) / BLOCKS;
        long end = to / BLOCKS;
        if (first < end) {
            filled.set((int) first, (int) end);
        }
    }

    /** After everything is durable in the segments; under the apply lock. */
    void after() throws IOException {
        if (!filled.isEmpty()) {
            store.filled(volume, filled);
            filled.clear();
        }
    }

    /** Makes the cut that ends a layer, whose changes are all in the segments. */
    void cut(Layer.Cut cut, long sizeBytes) throws IOException {
        store.cut(volume, cut.snapshotId(), cut.sequence(), sizeBytes, content);
    }

    /** Whether blocks may be written in place. */
    boolean mayChange(long from, long to) {
        return volume.isPlain() || volume.mayChange(from / BLOCKS, (to - 1) / BLOCKS + 1);
    }

    /** The sums of blocks of one chunk that is not filled. */
    void readSums(long block, ByteBuffer into, int at, int count) throws IOException {
        volume.readSums(block, into.slice(at, count * Long.BYTES));
    }

    /** Brings chunks of other nodes here that these blocks are read from. */
    void bring(long from, long to) throws IOException {
        if (volume.isRemote()) {
            for (long chunk = from / BLOCKS; chunk <= (to - 1) / BLOCKS; chunk++) {
                store.bases().bring(volume, chunk);
            }
        }
    }

    /** Whether the chunk of a block need not be brought first. */
    boolean isHere(long block) {
        return !volume.isRemote() || store.bases().isHere(volume, block / BLOCKS);
    }

    /** Fetches damaged chunks again that these blocks are read from; whether any was mended. */
    boolean mend(long from, long to) {
        boolean any = false;
        if (volume.hasBase()) {
            for (long chunk = from / BLOCKS; chunk <= (to - 1) / BLOCKS; chunk++) {
                any |= store.bases().mend(volume, chunk);
            }
        }
        return any;
    }

    boolean isUnfilled(long block) {
        return volume.hasBase() && volume.isUnfilled(block / BLOCKS);
    }

    void readContent(long block, ByteBuffer into) throws IOException {
        if (into.remaining() % Blocks.BLOCK != 0) {
            throw new IllegalArgumentException("not whole blocks");
        }
        volume.readContent(block, into);
    }
}
