package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.BaseRow;
import io.brume.proto.block.v1.CutsRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the chunk store has to do with a volume: which chunks are still those of the snapshot it was
 * made from, which have changed since its last cut, and which must be preserved before they change.
 * Its monitor guards it and is never held for the disk; only the chunk store changes it.
 */
public final class VolumeChunks {
    final long number;
    final String volumeId;
    private final ChunkFiles files;
    private final int perSegment;
    private final Map<Integer, byte[]> base = new HashMap<>();
    private final BitSet dirty = new BitSet();
    private final BitSet pending = new BitSet();
    private CutsRow cuts = CutsRow.getDefaultInstance();
    private BaseRow begun = BaseRow.getDefaultInstance();
    private volatile boolean hasBase;
    private volatile boolean isPlain = true;
    private volatile boolean isRemote;

    /** A chunk that was to be read from the base is in its segment now. */
    public static final class FilledException extends IOException {
        private static final long serialVersionUID = 1L;

        FilledException() {
            super("the chunk was filled meanwhile");
        }
    }

    VolumeChunks(long number, String volumeId, ChunkFiles files, int perSegment) {
        this.number = number;
        this.volumeId = volumeId;
        this.files = files;
        this.perSegment = perSegment;
    }

    /** Which volume. */
    public long number() {
        return number;
    }

    /** Whether any chunk is still to be read from the snapshot that the volume was made from. */
    public boolean hasBase() {
        return hasBase;
    }

    /** Whether chunks that are still to be read from that snapshot may be on other nodes only. */
    public boolean isRemote() {
        return isRemote;
    }

    /** The snapshot that it was made from; empty = none, or not known any more. */
    synchronized String begunAs() {
        return begun.getSnapshotId();
    }

    synchronized void begun(BaseRow row) {
        begun = row;
        refresh();
    }

    /** The next chunk from one on that is read from that snapshot; -1 = there is none. */
    public synchronized int nextUnfilled(int from) {
        int last = base.keySet().stream().max(Integer::compare).orElse(-1);
        for (int chunk = from; chunk < (last + 1) * perSegment; chunk++) {
            if (baseHash(chunk) != null) {
                return chunk;
            }
        }
        return -1;
    }

    /** Whether a change has to do nothing here. */
    public boolean isPlain() {
        return isPlain;
    }

    /** Whether a chunk is to be read here, not from its segment. */
    public synchronized boolean isUnfilled(long chunk) {
        return hasBase && baseHash(chunk) != null;
    }

    /** Reads the sums of blocks of one chunk that is not filled. */
    public void readSums(long block, ByteBuffer into) throws IOException {
        files.sums(hashOf(block), (int) (block % (Blocks.CHUNK / Blocks.BLOCK)), into);
    }

    /** Reads the bytes of blocks of one chunk that is not filled. */
    public void readContent(long block, ByteBuffer into) throws IOException {
        files.content(hashOf(block), (int) (block % (Blocks.CHUNK / Blocks.BLOCK)), into);
    }

    private byte[] hashOf(long block) throws IOException {
        byte[] hash = baseHash(block / (Blocks.CHUNK / Blocks.BLOCK));
        if (hash == null) {
            throw new FilledException();
        }
        return hash;
    }

    /** The hash of a chunk that is not filled. */
    synchronized byte @Nullable [] baseHash(long chunk) {
        byte[] row = base.get((int) (chunk / perSegment));
        if (row == null) {
            return null;
        }
        int at = (int) (chunk % perSegment) * ChunkFiles.HASH;
        byte[] hash = Arrays.copyOfRange(row, at, at + ChunkFiles.HASH);
        return Manifest.isNone(hash) ? null : hash;
    }

    /** Whether some chunks may be changed at once: nothing is to be preserved, filled or noted. */
    public synchronized boolean mayChange(long from, long to) {
        if (isPlain) {
            return true;
        }
        for (long chunk = from; chunk < to; chunk++) {
            boolean noted = cuts.getSnapshotId().isEmpty() || dirty.get((int) chunk);
            if (!noted || pending.get((int) chunk) || baseHash(chunk) != null) {
                return false;
            }
        }
        return true;
    }

    /** The sequence of the last cut that was applied. */
    public synchronized long cutSequence() {
        return cuts.getSequence();
    }

    /** Whether chunks wait to be preserved. */
    public synchronized boolean hasPending() {
        return !pending.isEmpty();
    }

    /** The first chunks that wait to be preserved. */
    public synchronized BitSet firstPending(int most) {
        var first = new BitSet();
        for (int chunk = pending.nextSetBit(0), count = 0;
                chunk >= 0 && count < most;
                chunk = pending.nextSetBit(chunk + 1), count++) {
            first.set(chunk);
        }
        return first;
    }

    synchronized CutsRow cuts() {
        return cuts;
    }

    synchronized void cuts(CutsRow row) {
        cuts = row;
        refresh();
    }

    synchronized BitSet dirty() {
        return (BitSet) dirty.clone();
    }

    synchronized void dirty(BitSet more) {
        dirty.or(more);
    }

    synchronized void clean() {
        dirty.clear();
    }

    synchronized BitSet pending() {
        return (BitSet) pending.clone();
    }

    synchronized void pending(BitSet now) {
        pending.clear();
        pending.or(now);
        refresh();
    }

    /** Everything becomes what another one is, which nobody else has. */
    synchronized void become(VolumeChunks loaded) {
        cuts = loaded.cuts;
        begun = loaded.begun;
        dirty.clear();
        dirty.or(loaded.dirty);
        pending.clear();
        pending.or(loaded.pending);
        base.clear();
        base.putAll(loaded.base);
        refresh();
    }

    synchronized Map<Integer, byte[]> base() {
        Map<Integer, byte[]> copy = new HashMap<>();
        base.forEach((segment, row) -> copy.put(segment, row.clone()));
        return copy;
    }

    synchronized void base(int segment, byte[] row) {
        if (Manifest.isNone(row)) {
            base.remove(segment);
        } else {
            base.put(segment, row.clone());
        }
        refresh();
    }

    private void refresh() {
        hasBase = !base.isEmpty();
        isRemote = hasBase && !begun.getSnapshotId().isEmpty() && !begun.getWhole();
        isPlain = !hasBase && pending.isEmpty() && cuts.getSnapshotId().isEmpty();
    }
}
