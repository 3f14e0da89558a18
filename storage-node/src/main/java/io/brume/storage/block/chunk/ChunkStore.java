package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.CutsRow;
import io.brume.proto.block.v1.SnapshotRow;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots and their chunks. Thread-safe: one lock for everything that changes the index, held for
 * as long as the disk takes; readers of a volume do not take it.
 *
 * <p>Order on the disk: a chunk's file is durable before the batch that names it, and goes after
 * the batch that has dropped its last name. So a crash leaves at most files that nobody names, and
 * those go when the store is opened.
 */
public final class ChunkStore implements AutoCloseable {
    private final Rows rows;
    private final ChunkFiles files;
    private final int perSegment;
    private final Map<String, State> snapshots = new TreeMap<>();
    private final Map<Long, VolumeChunks> volumes = new HashMap<>();
    private volatile long pendingBytes;
    private boolean broken;
    private final ByteBuffer sums = ByteBuffer.allocateDirect(ChunkFiles.SUMS);
    private final ByteBuffer content = ByteBuffer.allocateDirect(Blocks.CHUNK);

    /** A snapshot and what of it is not safe yet. */
    private record State(SnapshotRow row, BitSet pending) {}

    /** How far a snapshot is; see {@code BlockStore.Snapshot}. */
    public record Progress(String volumeId, long preserved, long chunks, long fullBytes) {}

    private ChunkStore(Rows rows, ChunkFiles files, int perSegment) {
        this.rows = rows;
        this.files = files;
        this.perSegment = perSegment;
    }

    /**
     * Opens the chunks of a folder.
     *
     * @param rows the index; closed with the store
     * @param perSegment chunks of a segment
     */
    public static ChunkStore open(BlockFiles files, Path folder, Rows rows, int perSegment)
            throws IOException {
        var store = new ChunkStore(rows, new ChunkFiles(files, folder), perSegment);
        rows.scan(
                Manifest.table(Manifest.SNAPSHOTS),
                (key, value) -> {
                    String id = Manifest.snapshotOf(key);
                    store.snapshots.put(id, new State(SnapshotRow.parseFrom(value), new BitSet()));
                });
        for (Map.Entry<String, State> snapshot : store.snapshots.entrySet()) {
            rows.scan(
                    Manifest.allPending(snapshot.getKey()),
                    (key, value) -> store.merge(snapshot.getValue().pending, key, value));
        }
        store.files.sweep(hash -> store.isUsed(hash));
        return store;
    }

    private boolean isUsed(byte[] hash) {
        try {
            return References.count(rows, hash) > 0;
        } catch (IOException e) {
            // Keeping one too many is safe.
            return true;
        }
    }

    private void merge(BitSet into, byte[] key, byte[] bits) {
        long first = (long) Manifest.segmentOf(key) * perSegment;
        BitSet.valueOf(bits).stream().forEach(bit -> into.set((int) (first + bit)));
    }

    /** The bits of one segment. */
    private byte[] bits(BitSet all, int segment) {
        return all.get(segment * perSegment, (segment + 1) * perSegment).toByteArray();
    }

    /** What this store knows of a volume. */
    public synchronized VolumeChunks volume(long number, String volumeId) throws IOException {
        VolumeChunks known = volumes.get(number);
        if (known != null) {
            return known;
        }
        var volume = new VolumeChunks(number, volumeId, files, perSegment);
        byte[] cuts = rows.get(Manifest.cuts(number));
        if (cuts != null) {
            volume.cuts(CutsRow.parseFrom(cuts));
        }
        var dirty = new BitSet();
        rows.scan(Manifest.allDirty(number), (key, value) -> merge(dirty, key, value));
        volume.dirty(dirty);
        rows.scan(
                Manifest.allBase(number),
                (key, value) -> volume.base(Manifest.segmentOf(key), value));
        volumes.put(number, volume);
        refreshPending(volume);
        return volume;
    }

    private void refreshPending(VolumeChunks volume) {
        var all = new BitSet();
        for (State state : snapshots.values()) {
            if (state.row.getVolumeNumber() == volume.number) {
                all.or(state.pending);
            }
        }
        volume.pending(all);
        long chunks = 0;
        for (VolumeChunks each : volumes.values()) {
            chunks += each.pending().cardinality();
        }
        pendingBytes = chunks * Blocks.CHUNK;
    }

    /** Forgets volumes that do not exist any more. */
    public synchronized void retain(Set<Long> numbers) throws IOException {
        Set<Long> known = new HashSet<>();
        for (char table : new char[] {Manifest.CUTS, Manifest.DIRTY, Manifest.BASE}) {
            rows.scan(Manifest.table(table), (key, value) -> known.add(Manifest.volumeOf(key)));
        }
        for (State state : snapshots.values()) {
            known.add(state.row.getVolumeNumber());
        }
        known.removeAll(numbers);
        for (long number : known) {
            remove(number);
        }
    }

    /**
     * A volume is gone: what it still had to be preserved for is gone, too, and so are snapshots
     * that cannot be completed.
     */
    public synchronized void remove(long number) throws IOException {
        for (String id : List.copyOf(snapshots.keySet())) {
            State state = snapshots.get(id);
            if (state != null
                    && state.row.getVolumeNumber() == number
                    && !state.pending.isEmpty()) {
                deleteSnapshot(id);
            }
        }
        var batch = new Rows.Batch();
        var references = new References(rows);
        batch.delete(Manifest.cuts(number));
        rows.scan(Manifest.allDirty(number), (key, value) -> batch.delete(key));
        rows.scan(
                Manifest.allBase(number),
                (key, value) -> {
                    batch.delete(key);
                    references.addAll(value, -1);
                });
        write(batch, references);
        volumes.remove(number);
    }

    /** After a batch of which nobody knows whether it was made, nothing may be built upon it. */
    private void commit(Rows.Batch batch) throws IOException {
        if (broken) {
            throw new IOException("the index of chunks has failed");
        }
        broken = true;
        rows.write(batch);
        broken = false;
    }

    private void write(Rows.Batch batch, References references) throws IOException {
        List<byte[]> unused = references.into(batch);
        commit(batch);
        for (byte[] hash : unused) {
            files.delete(hash);
        }
    }

    /**
     * Makes a new volume begin as a snapshot.
     *
     * @throws IOException when this store does not have it, or not all of it yet
     */
    public synchronized void begin(long number, String snapshotId) throws IOException {
        State state = snapshots.get(snapshotId);
        if (state == null) {
            throw new IOException("this node does not keep " + snapshotId);
        }
        if (!state.pending.isEmpty()) {
            throw new IOException(snapshotId + " is not complete yet");
        }
        var batch = new Rows.Batch();
        var references = new References(rows);
        rows.scan(
                Manifest.allHashes(snapshotId),
                (key, value) -> {
                    batch.put(Manifest.base(number, Manifest.segmentOf(key)), value);
                    references.addAll(value, 1);
                });
        write(batch, references);
    }

    /** Whether it was removed while somebody was still at work with it: its rows are gone. */
    private boolean isGone(VolumeChunks volume) {
        return volumes.get(volume.number) != volume;
    }

    /** Snapshots of a volume. */
    public synchronized List<String> snapshotsOf(long number) {
        List<String> found = new ArrayList<>();
        snapshots.forEach((id, state) -> {
            if (state.row.getVolumeNumber() == number) {
                found.add(id);
            }
        });
        return found;
    }

    /** All snapshots, and how far they are. */
    public synchronized Map<String, Progress> progress() {
        Map<String, Progress> all = new TreeMap<>();
        snapshots.forEach((id, state) -> {
            long chunks = state.row.getChunks();
            all.put(
                    id,
                    new Progress(
                            state.row.getVolumeId(),
                            chunks - state.pending.cardinality(),
                            chunks,
                            chunks * Blocks.CHUNK));
        });
        return all;
    }

    /** Bytes that chunks still to be preserved may take. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /**
     * Makes a cut: the volume's segments hold exactly what the snapshot is to hold. One that was
     * made before is not made again.
     */
    public synchronized void cut(
            VolumeChunks volume,
            String snapshotId,
            long sequence,
            long sizeBytes,
            ChunkContent segments)
            throws IOException {
        if (sequence <= volume.cutSequence() || isGone(volume)) {
            return;
        }
        var batch = new Rows.Batch();
        var references = new References(rows);
        CutsRow.Builder cuts = volume.cuts().toBuilder().setSequence(sequence);
        State made = null;
        if (!snapshots.containsKey(snapshotId)) {
            made = manifest(volume, snapshotId, sequence, sizeBytes, segments, batch, references);
            cuts.setSnapshotId(snapshotId);
            rows.scan(Manifest.allDirty(volume.number), (key, value) -> batch.delete(key));
        }
        batch.put(Manifest.cuts(volume.number), cuts.build().toByteArray());
        write(batch, references);
        volume.cuts(cuts.build());
        if (made != null) {
            volume.clean();
            snapshots.put(snapshotId, made);
            refreshPending(volume);
        }
    }

    private State manifest(
            VolumeChunks volume,
            String snapshotId,
            long sequence,
            long sizeBytes,
            ChunkContent segments,
            Rows.Batch batch,
            References references)
            throws IOException {
        String previousId = volume.cuts().getSnapshotId();
        State previous = snapshots.get(previousId);
        BitSet dirty = volume.dirty();
        long chunks = (sizeBytes + Blocks.CHUNK - 1) / Blocks.CHUNK;
        var pending = new BitSet();
        int full = 0;
        for (int segment = 0; (long) segment * perSegment < chunks; segment++) {
            byte[] row = new byte[perSegment * ChunkFiles.HASH];
            byte[] before =
                    previous == null ? null : rows.get(Manifest.hashes(previousId, segment));
            for (int i = 0; i < perSegment; i++) {
                int chunk = segment * perSegment + i;
                byte[] hash = volume.baseHash(chunk);
                if (hash == null) {
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
            put(batch, Manifest.hashes(snapshotId, segment), row);
            put(batch, Manifest.pending(snapshotId, segment), bits(pending, segment));
        }
        SnapshotRow info =
                SnapshotRow.newBuilder()
                        .setVolumeId(volume.volumeId)
                        .setVolumeNumber(volume.number)
                        .setSequence(sequence)
                        .setSizeBytes(sizeBytes)
                        .setChunks(full)
                        .build();
        batch.put(Manifest.snapshot(snapshotId), info.toByteArray());
        return new State(info, pending);
    }

    private static void put(Rows.Batch batch, byte[] key, byte[] row) {
        if (Manifest.isNone(row)) {
            batch.delete(key);
        } else {
            batch.put(key, row);
        }
    }

    private static byte @Nullable [] hash(byte[] row, int index) {
        byte[] hash =
                java.util.Arrays.copyOfRange(
                        row, index * ChunkFiles.HASH, (index + 1) * ChunkFiles.HASH);
        return Manifest.isNone(hash) ? null : hash;
    }

    /**
     * Makes chunks safe for every snapshot that waits for them; they have not changed since.
     *
     * @param chunks those that are not pending are left out
     */
    public synchronized void preserve(VolumeChunks volume, BitSet chunks, ChunkContent segments)
            throws IOException {
        BitSet now = volume.pending();
        now.and(chunks);
        if (now.isEmpty() || isGone(volume)) {
            return;
        }
        var batch = new Rows.Batch();
        var references = new References(rows);
        Map<Integer, byte[]> stored = new HashMap<>();
        Set<ByteBuffer> written = new HashSet<>();
        for (int chunk = now.nextSetBit(0); chunk >= 0; chunk = now.nextSetBit(chunk + 1)) {
            segments.read(chunk, sums.clear(), content.clear());
            byte[] hash = sha256(content.flip());
            if (References.count(rows, hash) == 0 && written.add(ByteBuffer.wrap(hash))) {
                files.write(hash, sums.flip(), content.rewind());
            }
            stored.put(chunk, hash);
        }
        files.force();
        Map<String, BitSet> left = new HashMap<>();
        for (Map.Entry<String, State> entry : snapshots.entrySet()) {
            State state = entry.getValue();
            BitSet its = (BitSet) state.pending.clone();
            its.and(now);
            if (state.row.getVolumeNumber() == volume.number && !its.isEmpty()) {
                var remaining = (BitSet) state.pending.clone();
                remaining.andNot(its);
                note(entry.getKey(), its, remaining, stored, batch, references);
                left.put(entry.getKey(), remaining);
            }
        }
        write(batch, references);
        left.forEach((id, remaining) -> {
            State state = snapshots.get(id);
            if (state != null) {
                snapshots.put(id, new State(state.row, remaining));
            }
        });
        refreshPending(volume);
    }

    /** Puts the hashes of chunks into a snapshot's rows. */
    private void note(
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
                row = rows.get(Manifest.hashes(snapshotId, segment));
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

    private static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Notes durably that chunks are about to change, so that the next cut does not take them over.
     */
    public synchronized void changing(VolumeChunks volume, BitSet chunks) throws IOException {
        if (volume.cuts().getSnapshotId().isEmpty() || isGone(volume)) {
            return;
        }
        BitSet all = volume.dirty();
        var more = (BitSet) chunks.clone();
        more.andNot(all);
        if (more.isEmpty()) {
            return;
        }
        all.or(more);
        var batch = new Rows.Batch();
        for (int chunk = more.nextSetBit(0); chunk >= 0; ) {
            int segment = chunk / perSegment;
            batch.put(Manifest.dirty(volume.number, segment), bits(all, segment));
            chunk = more.nextSetBit((segment + 1) * perSegment);
        }
        commit(batch);
        volume.dirty(more);
    }

    /** Chunks are in their segments, durably, and are not read from the base any more. */
    public synchronized void filled(VolumeChunks volume, BitSet chunks) throws IOException {
        Map<Integer, byte[]> base = volume.base();
        Set<Integer> changed = new HashSet<>();
        var references = new References(rows);
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            byte[] hash = volume.baseHash(chunk);
            byte[] row = base.get(chunk / perSegment);
            if (hash != null && row != null) {
                references.add(hash, -1);
                int at = chunk % perSegment * ChunkFiles.HASH;
                java.util.Arrays.fill(row, at, at + ChunkFiles.HASH, (byte) 0);
                changed.add(chunk / perSegment);
            }
        }
        if (changed.isEmpty() || isGone(volume)) {
            return;
        }
        var batch = new Rows.Batch();
        for (int segment : changed) {
            put(
                    batch,
                    Manifest.base(volume.number, segment),
                    base.getOrDefault(segment, new byte[0]));
        }
        List<byte[]> unused = references.into(batch);
        commit(batch);
        for (int segment : changed) {
            volume.base(segment, base.getOrDefault(segment, new byte[0]));
        }
        for (byte[] hash : unused) {
            files.delete(hash);
        }
    }

    /** Removes a snapshot and what nobody else uses; fine when there is none. */
    public synchronized void deleteSnapshot(String snapshotId) throws IOException {
        State state = snapshots.get(snapshotId);
        if (state == null) {
            return;
        }
        var batch = new Rows.Batch();
        var references = new References(rows);
        rows.scan(
                Manifest.allHashes(snapshotId),
                (key, value) -> {
                    batch.delete(key);
                    references.addAll(value, -1);
                });
        rows.scan(Manifest.allPending(snapshotId), (key, value) -> batch.delete(key));
        batch.delete(Manifest.snapshot(snapshotId));
        VolumeChunks volume = volumes.get(state.row.getVolumeNumber());
        CutsRow cuts = volume == null ? null : volume.cuts();
        if (cuts != null && cuts.getSnapshotId().equals(snapshotId)) {
            // What changed since an older one is not known: the next cut looks at everything.
            cuts = cuts.toBuilder().clearSnapshotId().build();
            batch.put(Manifest.cuts(state.row.getVolumeNumber()), cuts.toByteArray());
            rows.scan(
                    Manifest.allDirty(state.row.getVolumeNumber()),
                    (key, value) -> batch.delete(key));
        } else {
            cuts = null;
        }
        write(batch, references);
        snapshots.remove(snapshotId);
        if (volume != null) {
            if (cuts != null) {
                volume.cuts(cuts);
                volume.clean();
            }
            refreshPending(volume);
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
