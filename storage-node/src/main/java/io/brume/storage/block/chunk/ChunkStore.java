package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.CutsRow;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 *
 * <p>Everything in memory is what the rows say, and changes after them. When the disk was too full
 * for a batch, nobody knows whether it was made: whoever comes next has the index opened anew, and
 * all of it loaded again, before it does anything. Everything may be asked for again after that.
 */
public final class ChunkStore implements AutoCloseable {
    private final ChunkIndex index;
    private final ManifestWriter manifests;
    private final StoredState stored;
    private final ReceivedSnapshots received;
    private final VolumeBases bases;
    private final Preservation preservation;
    private final ChunkCheck check;
    private final int perSegment;
    private final Map<String, SnapshotState> snapshots = new TreeMap<>();
    private final Map<Long, VolumeChunks> volumes = new HashMap<>();

    /** Volumes that are gone, and whose rows may still be there. */
    private final Set<Long> leaving = new HashSet<>();

    private volatile long pendingBytes;

    /** How far a snapshot is; see {@code BlockStore.Snapshot}. */
    public record Progress(String volumeId, long preserved, long chunks, long fullBytes) {}

    private ChunkStore(ChunkIndex index, ChunkFiles files, ChunkPeers peers, int perSegment) {
        this.index = index;
        this.manifests = new ManifestWriter(index, perSegment);
        this.stored = new StoredState(index, files, manifests, perSegment);
        this.perSegment = perSegment;
        this.received = new ReceivedSnapshots(this, index, files, manifests, snapshots, perSegment);
        this.bases = new VolumeBases(this, index, files, manifests, peers);
        this.preservation = new Preservation(index, files, manifests, snapshots);
        this.check = new ChunkCheck(this, index, files, peers, perSegment);
    }

    /** What volumes were made from. */
    public VolumeBases bases() {
        return bases;
    }

    /** Finds and mends damaged chunks. */
    public ChunkCheck check() {
        return check;
    }

    /** A snapshot; null = it is not here. */
    synchronized @Nullable SnapshotState find(String snapshotId) {
        return snapshots.get(snapshotId);
    }

    synchronized List<String> snapshotIds() {
        return List.copyOf(snapshots.keySet());
    }

    synchronized List<VolumeChunks> volumes() {
        return List.copyOf(volumes.values());
    }

    /** Snapshots that do not come by a cut here. */
    public ReceivedSnapshots received() {
        return received;
    }

    /**
     * Opens the chunks of a folder.
     *
     * @param rows the index; closed with the store
     * @param peers where chunks are fetched that are missing or damaged here
     * @param perSegment chunks of a segment
     * @param keep bytes of the disk that chunks leave to the index and the segments
     */
    public static ChunkStore open(
            BlockFiles blockFiles,
            Path folder,
            Rows rows,
            ChunkPeers peers,
            int perSegment,
            long keep)
            throws IOException {
        var files = new ChunkFiles(blockFiles, folder, keep);
        var store = new ChunkStore(new ChunkIndex(rows, files), files, peers, perSegment);
        store.snapshots.putAll(store.stored.snapshots());
        store.index.sweep();
        return store;
    }

    /**
     * What is in memory is what the rows say when it returns. Before anything that changes rows;
     * with the lock.
     *
     * @throws IOException when the disk is too full even for that
     */
    void ready() throws IOException {
        if (index.isUnsure()) {
            index.reopen();
            Map<String, SnapshotState> found = stored.snapshots();
            Map<VolumeChunks, VolumeChunks> loaded = new HashMap<>();
            for (VolumeChunks volume : volumes.values()) {
                loaded.put(volume, stored.volume(volume.number, volume.volumeId, found));
            }
            snapshots.clear();
            snapshots.putAll(found);
            loaded.forEach(VolumeChunks::become);
            countPending();
            index.sure();
        }
        for (long number : List.copyOf(leaving)) {
            removeRows(number);
            leaving.remove(number);
        }
    }

    /** What this store knows of a volume. */
    public synchronized VolumeChunks volume(long number, String volumeId) throws IOException {
        VolumeChunks known = volumes.get(number);
        if (known != null) {
            return known;
        }
        ready();
        VolumeChunks volume = stored.volume(number, volumeId, snapshots);
        volumes.put(number, volume);
        countPending();
        return volume;
    }

    private void refreshPending(VolumeChunks volume) {
        volume.pending(StoredState.pending(volume.number, snapshots));
        countPending();
    }

    private void countPending() {
        long chunks = 0;
        for (VolumeChunks each : volumes.values()) {
            chunks += each.pending().cardinality();
        }
        pendingBytes = chunks * Blocks.CHUNK;
    }

    /** Forgets volumes that do not exist any more. */
    public synchronized void retain(Set<Long> numbers) throws IOException {
        Set<Long> known = new HashSet<>();
        for (char table :
                new char[] {Manifest.CUTS, Manifest.DIRTY, Manifest.BASE, Manifest.BEGUN}) {
            index.scan(Manifest.table(table), (key, value) -> known.add(Manifest.volumeOf(key)));
        }
        for (SnapshotState state : snapshots.values()) {
            known.add(state.row().getVolumeNumber());
        }
        known.removeAll(numbers);
        known.remove(ReceivedSnapshots.NO_VOLUME);
        for (long number : known) {
            remove(number);
        }
    }

    /**
     * A volume is gone: what it still had to be preserved for is gone, too, and so are snapshots
     * that cannot be completed. When it fails the rest is done before anything else is.
     */
    public synchronized void remove(long number) throws IOException {
        leaving.add(number);
        ready();
    }

    private void removeRows(long number) throws IOException {
        for (String id : List.copyOf(snapshots.keySet())) {
            SnapshotState state = snapshots.get(id);
            if (state != null && state.isPendingOf(number)) {
                delete(id, state);
            }
        }
        var batch = new Rows.Batch();
        var references = index.references();
        batch.delete(Manifest.cuts(number));
        batch.delete(Manifest.begun(number));
        index.scan(Manifest.allDirty(number), (key, value) -> batch.delete(key));
        index.scan(
                Manifest.allBase(number),
                (key, value) -> {
                    batch.delete(key);
                    references.addAll(value, -1);
                });
        index.write(batch, references);
        volumes.remove(number);
    }

    /** Whether it was removed while somebody was still at work with it: its rows are gone. */
    synchronized boolean isGone(VolumeChunks volume) {
        return volumes.get(volume.number) != volume;
    }

    /** Snapshots of a volume. */
    public synchronized List<String> snapshotsOf(long number) {
        List<String> found = new ArrayList<>();
        snapshots.forEach((id, state) -> {
            if (state.row().getVolumeNumber() == number) {
                found.add(id);
            }
        });
        return found;
    }

    /** Whether a batch could not be made for want of space, and nobody has found out yet. */
    public synchronized boolean isWaiting() {
        return index.isUnsure();
    }

    /** All snapshots, and how far they are. */
    public synchronized Map<String, Progress> progress() {
        Map<String, Progress> all = new TreeMap<>();
        snapshots.forEach((id, state) -> all.put(id, state.progress()));
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
        ready();
        if (sequence <= volume.cutSequence() || isGone(volume)) {
            return;
        }
        var batch = new Rows.Batch();
        var references = index.references();
        CutsRow.Builder cuts = volume.cuts().toBuilder().setSequence(sequence);
        SnapshotState made = null;
        if (!snapshots.containsKey(snapshotId)) {
            made =
                    manifests.cut(
                            volume,
                            new ManifestWriter.Moment(snapshotId, sequence, sizeBytes),
                            snapshots.get(volume.cuts().getSnapshotId()),
                            segments,
                            batch,
                            references);
            cuts.setSnapshotId(snapshotId);
            index.scan(Manifest.allDirty(volume.number), (key, value) -> batch.delete(key));
        }
        batch.put(Manifest.cuts(volume.number), cuts.build().toByteArray());
        index.write(batch, references);
        volume.cuts(cuts.build());
        if (made != null) {
            volume.clean();
            snapshots.put(snapshotId, made);
            refreshPending(volume);
        }
    }

    /**
     * Makes chunks safe for every snapshot that waits for them; they have not changed since.
     *
     * @param chunks those that are not pending are left out
     * @throws IOException when the disk is full; as many as it took are safe then
     */
    public synchronized void preserve(VolumeChunks volume, BitSet chunks, ChunkContent segments)
            throws IOException {
        ready();
        BitSet now = volume.pending();
        now.and(chunks);
        if (now.isEmpty() || isGone(volume)) {
            return;
        }
        try {
            preservation.preserve(volume, now, segments);
        } finally {
            refreshPending(volume);
        }
    }

    /**
     * Notes durably that chunks are about to change, so that the next cut does not take them over.
     */
    public synchronized void changing(VolumeChunks volume, BitSet chunks) throws IOException {
        ready();
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
            batch.put(Manifest.dirty(volume.number, segment), manifests.bits(all, segment));
            chunk = more.nextSetBit((segment + 1) * perSegment);
        }
        index.write(batch);
        volume.dirty(more);
    }

    /** Chunks are in their segments, durably, and are not read from the base any more. */
    public synchronized void filled(VolumeChunks volume, BitSet chunks) throws IOException {
        ready();
        Map<Integer, byte[]> base = volume.base();
        Set<Integer> changed = new HashSet<>();
        var references = index.references();
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            byte[] hash = volume.baseHash(chunk);
            byte[] row = base.get(chunk / perSegment);
            if (hash != null && row != null) {
                references.add(hash, -1);
                int at = chunk % perSegment * ChunkFiles.HASH;
                Arrays.fill(row, at, at + ChunkFiles.HASH, (byte) 0);
                changed.add(chunk / perSegment);
            }
        }
        if (changed.isEmpty() || isGone(volume)) {
            return;
        }
        var batch = new Rows.Batch();
        for (int segment : changed) {
            ManifestWriter.put(
                    batch,
                    Manifest.base(volume.number, segment),
                    base.getOrDefault(segment, new byte[0]));
        }
        List<byte[]> unused = index.writeOnly(batch, references);
        for (int segment : changed) {
            volume.base(segment, base.getOrDefault(segment, new byte[0]));
        }
        // Not before: nobody may look for the chunk any more.
        index.drop(unused);
    }

    /** Removes a snapshot and what nobody else uses; fine when there is none. */
    public synchronized void deleteSnapshot(String snapshotId) throws IOException {
        ready();
        SnapshotState state = snapshots.get(snapshotId);
        if (state != null) {
            delete(snapshotId, state);
        }
    }

    private void delete(String snapshotId, SnapshotState state) throws IOException {
        var batch = new Rows.Batch();
        var references = index.references();
        index.scan(
                Manifest.allHashes(snapshotId),
                (key, value) -> {
                    batch.delete(key);
                    references.addAll(value, -1);
                });
        index.scan(Manifest.allPending(snapshotId), (key, value) -> batch.delete(key));
        batch.delete(Manifest.snapshot(snapshotId));
        VolumeChunks volume = volumes.get(state.row().getVolumeNumber());
        var changed = new BitSet();
        CutsRow cuts = volume == null ? null : volume.cuts();
        if (volume != null && cuts != null && cuts.getSnapshotId().equals(snapshotId)) {
            String older = older(state);
            cuts = cuts.toBuilder().setSnapshotId(older).build();
            batch.put(Manifest.cuts(state.row().getVolumeNumber()), cuts.toByteArray());
            if (older.isEmpty()) {
                // Nothing is known any more of what has changed: the next cut looks at everything.
                index.scan(
                        Manifest.allDirty(state.row().getVolumeNumber()),
                        (key, value) -> batch.delete(key));
            } else {
                changed.or(manifests.difference(older, snapshotId, state.row().getSizeBytes()));
                changed.or(volume.dirty());
                manifests.dirty(volume.number, changed, batch);
            }
        } else {
            cuts = null;
        }
        index.write(batch, references);
        snapshots.remove(snapshotId);
        if (volume != null) {
            if (cuts != null) {
                volume.cuts(cuts);
                volume.clean();
                volume.dirty(changed);
            }
            refreshPending(volume);
        }
    }

    /** The snapshot of the same volume before one, if what differs is known; else nothing. */
    private String older(SnapshotState than) {
        String found = "";
        long newest = -1;
        for (Map.Entry<String, SnapshotState> each : snapshots.entrySet()) {
            SnapshotState state = each.getValue();
            long sequence = state.row().getSequence();
            if (state.row().getVolumeNumber() == than.row().getVolumeNumber()
                    && sequence < than.row().getSequence()
                    && sequence > newest) {
                newest = sequence;
                found = state.pending().isEmpty() ? each.getKey() : "";
            }
        }
        return than.pending().isEmpty() ? found : "";
    }

    @Override
    public void close() {
        index.close();
    }
}
