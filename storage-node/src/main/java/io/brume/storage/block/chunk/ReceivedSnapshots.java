package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.SnapshotRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that do not come by a cut of a volume of this node: copies of others, those that are
 * written from outside, and those that other nodes keep. Thread-safe: it has the chunk store's
 * lock.
 */
public final class ReceivedSnapshots {
    /** The number of no volume: what such a snapshot has in the place of one. */
    static final long NO_VOLUME = 0;

    private final ChunkStore lock;
    private final ChunkIndex index;
    private final ChunkFiles files;
    private final ManifestWriter manifests;
    private final Map<String, SnapshotState> snapshots;
    private final int perSegment;

    /**
     * @param lock the chunk store, whose monitor is the lock
     * @param snapshots all that it has; guarded by the lock
     */
    ReceivedSnapshots(
            ChunkStore lock,
            ChunkIndex index,
            ChunkFiles files,
            ManifestWriter manifests,
            Map<String, SnapshotState> snapshots,
            int perSegment) {
        this.lock = lock;
        this.index = index;
        this.files = files;
        this.manifests = manifests;
        this.snapshots = snapshots;
        this.perSegment = perSegment;
    }

    /** A chunk that is not here yet. */
    public record Missing(String snapshotId, int index, byte[] hash) {}

    /**
     * What is known of a snapshot.
     *
     * @param open whether it may be written
     */
    public record Standing(boolean complete, boolean open, long sizeBytes) {}

    /** How a snapshot stands; empty = it is not here. */
    public Optional<Standing> standing(String snapshotId) {
        synchronized (lock) {
            SnapshotState state = snapshots.get(snapshotId);
            return state == null
                    ? Optional.empty()
                    : Optional.of(
                            new Standing(
                                    state.isComplete(),
                                    state.row().getOpen(),
                                    state.row().getSizeBytes()));
        }
    }

    /**
     * Makes a snapshot: of no chunks, or of those that are named. What is not here of these has
     * still to be {@link #fetched}. One that exists is left as it is.
     *
     * @param hashes names of chunks by index
     * @param open whether it is written from outside until it is sealed
     */
    public void create(
            String snapshotId, long sizeBytes, SortedMap<Integer, byte[]> hashes, boolean open)
            throws IOException {
        synchronized (lock) {
            lock.ready();
            if (snapshots.containsKey(snapshotId)) {
                return;
            }
            var pending = new BitSet();
            for (Map.Entry<Integer, byte[]> chunk : hashes.entrySet()) {
                if (!index.isStored(chunk.getValue())) {
                    pending.set(chunk.getKey());
                }
            }
            SnapshotRow row =
                    SnapshotRow.newBuilder()
                            .setVolumeNumber(NO_VOLUME)
                            .setSizeBytes(sizeBytes)
                            .setChunks(hashes.size())
                            .setOpen(open)
                            .build();
            var batch = new Rows.Batch();
            var references = index.references();
            manifests.named(snapshotId, hashes, pending, batch, references);
            batch.put(Manifest.snapshot(snapshotId), row.toByteArray());
            index.write(batch, references);
            snapshots.put(snapshotId, new SnapshotState(row, pending));
        }
    }

    /**
     * The names of a snapshot's chunks by index, from one on.
     *
     * @param most rows
     * @return empty = there is no such snapshot, or it is not complete
     */
    public Optional<SortedMap<Integer, byte[]>> list(String snapshotId, int from, int most)
            throws IOException {
        synchronized (lock) {
            SnapshotState state = snapshots.get(snapshotId);
            if (state == null || !state.isComplete()) {
                return Optional.empty();
            }
            return Optional.of(names(snapshotId, state, from, most));
        }
    }

    private SortedMap<Integer, byte[]> names(
            String snapshotId, SnapshotState state, int from, int most) throws IOException {
        SortedMap<Integer, byte[]> found = new TreeMap<>();
        long chunks = (state.row().getSizeBytes() + Blocks.CHUNK - 1) / Blocks.CHUNK;
        for (long chunk = from; chunk < chunks && found.size() < most; ) {
            int segment = (int) (chunk / perSegment);
            byte[] row = index.get(Manifest.hashes(snapshotId, segment));
            for (int i = (int) (chunk % perSegment);
                    row != null && i < perSegment && found.size() < most;
                    i++) {
                byte[] hash = ManifestWriter.hash(row, i);
                if (hash != null) {
                    found.put(segment * perSegment + i, hash);
                }
            }
            chunk = (segment + 1L) * perSegment;
        }
        return found;
    }

    /**
     * The name of a chunk; empty = zeros.
     *
     * @throws IOException when there is no such snapshot, or the disk fails
     */
    public Optional<byte[]> name(String snapshotId, int chunk) throws IOException {
        synchronized (lock) {
            return Optional.ofNullable(hash(snapshotId, chunk));
        }
    }

    private byte @Nullable [] hash(String snapshotId, int chunk) throws IOException {
        byte[] row = index.get(Manifest.hashes(snapshotId, chunk / perSegment));
        return row == null ? null : ManifestWriter.hash(row, chunk % perSegment);
    }

    /**
     * The bytes of a chunk that is here.
     *
     * @return empty when it is missing or damaged
     */
    public Optional<ByteBuffer> bytes(byte[] hash) throws IOException {
        return files.read(hash);
    }

    /**
     * Writes a chunk of an open snapshot; durable when it returns. Zeros take no space.
     *
     * @param bytes a whole chunk
     * @return false when there is no such snapshot, or it is not open
     */
    public boolean put(String snapshotId, int chunk, ByteBuffer bytes) throws IOException {
        synchronized (lock) {
            lock.ready();
            SnapshotState state = snapshots.get(snapshotId);
            if (state == null || !state.row().getOpen()) {
                return false;
            }
            ByteBuffer sums = ByteBuffer.allocate(ChunkFiles.SUMS);
            boolean full = ChunkSums.of(bytes, sums);
            byte[] hash = ChunkSums.sha256(bytes.duplicate());
            if (full && !index.isStored(hash)) {
                files.write(hash, sums.flip(), bytes.duplicate());
                files.force();
            }
            byte[] key = Manifest.hashes(snapshotId, chunk / perSegment);
            byte[] row = index.get(key);
            row = row == null ? new byte[perSegment * ChunkFiles.HASH] : row;
            byte[] before = ManifestWriter.hash(row, chunk % perSegment);
            var references = index.references();
            if (before != null) {
                references.add(before, -1);
            }
            if (full) {
                references.add(hash, 1);
            }
            System.arraycopy(
                    full ? hash : new byte[ChunkFiles.HASH],
                    0,
                    row,
                    chunk % perSegment * ChunkFiles.HASH,
                    ChunkFiles.HASH);
            long chunks = state.row().getChunks() + (full ? 1 : 0) - (before == null ? 0 : 1);
            var pending = (BitSet) state.pending().clone();
            pending.clear(chunk);
            SnapshotRow changed = state.row().toBuilder().setChunks(chunks).build();
            var batch = new Rows.Batch();
            ManifestWriter.put(batch, key, row);
            putPending(batch, snapshotId, chunk / perSegment, pending);
            batch.put(Manifest.snapshot(snapshotId), changed.toByteArray());
            index.write(batch, references);
            snapshots.put(snapshotId, new SnapshotState(changed, pending));
            return true;
        }
    }

    private void putPending(Rows.Batch batch, String snapshotId, int segment, BitSet pending) {
        ManifestWriter.put(
                batch, Manifest.pending(snapshotId, segment), manifests.bits(pending, segment));
    }

    /** Nothing of an open snapshot changes any more; fine when it is not open. */
    public void seal(String snapshotId) throws IOException {
        synchronized (lock) {
            lock.ready();
            SnapshotState state = snapshots.get(snapshotId);
            if (state != null && state.row().getOpen()) {
                SnapshotRow row = state.row().toBuilder().setOpen(false).build();
                var batch = new Rows.Batch();
                batch.put(Manifest.snapshot(snapshotId), row.toByteArray());
                index.write(batch);
                snapshots.put(snapshotId, new SnapshotState(row, state.pending()));
            }
        }
    }

    /**
     * A chunk that a snapshot waits for and no volume of this node can give; empty = none.
     *
     * @param without snapshots that are left out
     */
    public Optional<Missing> nextMissing(Set<String> without) throws IOException {
        synchronized (lock) {
            for (Map.Entry<String, SnapshotState> entry : snapshots.entrySet()) {
                SnapshotState state = entry.getValue();
                if (state.isPendingOf(NO_VOLUME) && !without.contains(entry.getKey())) {
                    int chunk = state.pending().nextSetBit(0);
                    byte[] hash = hash(entry.getKey(), chunk);
                    if (hash == null) {
                        throw new IOException(entry.getKey() + " waits for a chunk of no name");
                    }
                    return Optional.of(new Missing(entry.getKey(), chunk, hash));
                }
            }
            return Optional.empty();
        }
    }

    /** Whether a chunk need not be fetched: another snapshot has brought it. */
    public boolean isHere(Missing chunk) {
        return files.exists(chunk.hash());
    }

    /**
     * A chunk has come.
     *
     * @param bytes what its name says; empty = its file is here
     */
    public void fetched(Missing chunk, Optional<ByteBuffer> bytes) throws IOException {
        synchronized (lock) {
            lock.ready();
            SnapshotState state = snapshots.get(chunk.snapshotId());
            if (state == null || !state.pending().get(chunk.index())) {
                return;
            }
            if (bytes.isPresent()) {
                ByteBuffer sums = ByteBuffer.allocate(ChunkFiles.SUMS);
                ChunkSums.of(bytes.get(), sums);
                files.write(chunk.hash(), sums.flip(), bytes.get().duplicate());
                files.force();
            }
            var pending = (BitSet) state.pending().clone();
            pending.clear(chunk.index());
            var batch = new Rows.Batch();
            putPending(batch, chunk.snapshotId(), chunk.index() / perSegment, pending);
            index.write(batch);
            snapshots.put(chunk.snapshotId(), new SnapshotState(state.row(), pending));
        }
    }
}
