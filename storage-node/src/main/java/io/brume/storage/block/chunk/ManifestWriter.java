package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.SnapshotRow;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a snapshot's manifest into a batch: a row of hashes for each segment, a row of bits for the
 * chunks that are not safe yet, and the row that says what the snapshot is. Guarded by the chunk
 * store.
 */
final class ManifestWriter {
    private final ChunkIndex index;
    private final int perSegment;

    /**
     * @param perSegment chunks of a segment
     */
    ManifestWriter(ChunkIndex index, int perSegment) {
        this.index = index;
        this.perSegment = perSegment;
    }

    /** A moment of a volume that becomes a snapshot. */
    record Moment(String snapshotId, long sequence, long sizeBytes) {}

    /**
     * The manifest of a cut: what has not changed since the volume's last one is taken over, the
     * rest is pending.
     *
     * @param previous the snapshot of the last cut, if it still exists
     */
    SnapshotState cut(
            VolumeChunks volume,
            Moment moment,
            @Nullable SnapshotState previous,
            ChunkContent segments,
            Rows.Batch batch,
            References references)
            throws IOException {
        String previousId = volume.cuts().getSnapshotId();
        BitSet dirty = volume.dirty();
        long chunks = (moment.sizeBytes() + Blocks.CHUNK - 1) / Blocks.CHUNK;
        var pending = new BitSet();
        int full = 0;
        for (int segment = 0; (long) segment * perSegment < chunks; segment++) {
            byte[] row = new byte[perSegment * ChunkFiles.HASH];
            byte[] before =
                    previous == null ? null : index.get(Manifest.hashes(previousId, segment));
            for (int i = 0; i < perSegment; i++) {
                int chunk = segment * perSegment + i;
                byte[] hash = volume.baseHash(chunk);
                if (hash != null && volume.isRemote() && !index.isStored(hash)) {
                    // It is preserved when it has come.
                    pending.set(chunk);
                    hash = null;
                } else if (hash == null) {
                    if (segments.isZeros(chunk)) {
                        continue;
                    }
                    boolean same = previous != null && !dirty.get(chunk);
                    hash = same && before != null ? hash(before, i) : null;
                    if (hash == null) {
                        pending.set(chunk);
                    }
                }
                full++;
                if (hash != null) {
                    System.arraycopy(hash, 0, row, i * ChunkFiles.HASH, ChunkFiles.HASH);
                    references.add(hash, 1);
                }
            }
            put(batch, Manifest.hashes(moment.snapshotId(), segment), row);
            put(batch, Manifest.pending(moment.snapshotId(), segment), bits(pending, segment));
        }
        SnapshotRow info =
                SnapshotRow.newBuilder()
                        .setVolumeId(volume.volumeId)
                        .setVolumeNumber(volume.number)
                        .setSequence(moment.sequence())
                        .setSizeBytes(moment.sizeBytes())
                        .setChunks(full)
                        .build();
        batch.put(Manifest.snapshot(moment.snapshotId()), info.toByteArray());
        return new SnapshotState(info, pending);
    }

    /**
     * Notes chunks that are safe now.
     *
     * @param remaining what is pending after that
     * @param stored hashes by chunk
     */
    void preserved(
            String snapshotId,
            BitSet chunks,
            BitSet remaining,
            Map<Integer, byte[]> stored,
            Rows.Batch batch,
            References references)
            throws IOException {
        Map<Integer, byte[]> changed = new HashMap<>();
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            int segment = chunk / perSegment;
            byte[] row = changed.get(segment);
            if (row == null) {
                row = index.get(Manifest.hashes(snapshotId, segment));
                row = row == null ? new byte[perSegment * ChunkFiles.HASH] : row;
                changed.put(segment, row);
            }
            byte[] hash = stored.get(chunk);
            if (hash == null) {
                throw new IllegalStateException("chunk " + chunk + " was not stored");
            }
            int at = chunk % perSegment * ChunkFiles.HASH;
            System.arraycopy(hash, 0, row, at, ChunkFiles.HASH);
            references.add(hash, 1);
        }
        changed.forEach((segment, row) -> {
            batch.put(Manifest.hashes(snapshotId, segment), row);
            put(batch, Manifest.pending(snapshotId, segment), bits(remaining, segment));
        });
    }

    /**
     * The manifest of a snapshot whose chunks are known by name only.
     *
     * @param hashes by index
     * @param pending what is not here
     */
    void named(
            String snapshotId,
            SortedMap<Integer, byte[]> hashes,
            BitSet pending,
            Rows.Batch batch,
            References references) {
        rows(hashes)
                .forEach((segment, row) -> {
                    batch.put(Manifest.hashes(snapshotId, segment), row);
                    put(batch, Manifest.pending(snapshotId, segment), bits(pending, segment));
                    references.addAll(row, 1);
                });
    }

    /** Chunks that two complete snapshots of a volume do not have in common. */
    BitSet difference(String one, String other, long sizeBytes) throws IOException {
        var found = new BitSet();
        long chunks = (sizeBytes + Blocks.CHUNK - 1) / Blocks.CHUNK;
        for (int segment = 0; (long) segment * perSegment < chunks; segment++) {
            byte[] first = index.get(Manifest.hashes(one, segment));
            byte[] second = index.get(Manifest.hashes(other, segment));
            for (int i = 0; i < perSegment; i++) {
                byte[] before = first == null ? null : hash(first, i);
                byte[] after = second == null ? null : hash(second, i);
                if (!Arrays.equals(before, after)) {
                    found.set(segment * perSegment + i);
                }
            }
        }
        return found;
    }

    /** Notes which chunks of a volume have changed since its last cut. */
    void dirty(long volume, BitSet chunks, Rows.Batch batch) {
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; ) {
            int segment = chunk / perSegment;
            batch.put(Manifest.dirty(volume, segment), bits(chunks, segment));
            chunk = chunks.nextSetBit((segment + 1) * perSegment);
        }
    }

    /** Rows of hashes by segment. */
    Map<Integer, byte[]> rows(SortedMap<Integer, byte[]> hashes) {
        Map<Integer, byte[]> found = new HashMap<>();
        hashes.forEach((chunk, hash) -> {
            byte[] row =
                    found.computeIfAbsent(
                            chunk / perSegment, _ -> new byte[perSegment * ChunkFiles.HASH]);
            System.arraycopy(hash, 0, row, chunk % perSegment * ChunkFiles.HASH, ChunkFiles.HASH);
        });
        return found;
    }

    /** The bits of one segment. */
    byte[] bits(BitSet all, int segment) {
        return all.get(segment * perSegment, (segment + 1) * perSegment).toByteArray();
    }

    /** Adds the bits of a segment's row to those of all. */
    void merge(BitSet into, byte[] key, byte[] bits) {
        long first = (long) Manifest.segmentOf(key) * perSegment;
        BitSet.valueOf(bits).stream().forEach(bit -> into.set((int) (first + bit)));
    }

    /** A row of zeros is none. */
    static void put(Rows.Batch batch, byte[] key, byte[] row) {
        if (Manifest.isNone(row)) {
            batch.delete(key);
        } else {
            batch.put(key, row);
        }
    }

    /** The hash of a chunk in a segment's row; null = zeros. */
    static byte @Nullable [] hash(byte[] row, int index) {
        byte[] hash =
                Arrays.copyOfRange(row, index * ChunkFiles.HASH, (index + 1) * ChunkFiles.HASH);
        return Manifest.isNone(hash) ? null : hash;
    }
}
