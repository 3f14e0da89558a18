package io.brume.storage.block.chunk;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.FullDiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes chunks of a volume safe for the snapshots that wait for them, before they change: their
 * files first, then the rows that name them. Guarded by the chunk store.
 */
final class Preservation {
    private final ChunkIndex index;
    private final ChunkFiles files;
    private final ManifestWriter manifests;
    private final Map<String, SnapshotState> snapshots;
    private final ByteBuffer sums = ByteBuffer.allocateDirect(ChunkFiles.SUMS);
    private final ByteBuffer content = ByteBuffer.allocateDirect(Blocks.CHUNK);

    /**
     * @param snapshots all that the chunk store has
     */
    Preservation(
            ChunkIndex index,
            ChunkFiles files,
            ManifestWriter manifests,
            Map<String, SnapshotState> snapshots) {
        this.index = index;
        this.files = files;
        this.manifests = manifests;
        this.snapshots = snapshots;
    }

    /**
     * Makes chunks safe that are pending.
     *
     * @throws IOException when the disk is full; as many as it took are safe then
     */
    void preserve(VolumeChunks volume, BitSet chunks, ChunkContent segments) throws IOException {
        Map<Integer, byte[]> safe = new HashMap<>();
        IOException full = null;
        try {
            store(volume, chunks, segments, safe);
        } catch (IOException e) {
            if (!FullDiskException.is(e)) {
                throw e;
            }
            full = e;
        }
        if (!safe.isEmpty()) {
            files.force();
            noteStored(volume, safe);
        }
        if (full != null) {
            throw full;
        }
    }

    /** Writes the files of chunks; what is there then is told to the map as it comes. */
    private void store(
            VolumeChunks volume, BitSet chunks, ChunkContent segments, Map<Integer, byte[]> safe)
            throws IOException {
        Set<ByteBuffer> written = new HashSet<>();
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            byte[] base = volume.baseHash(chunk);
            if (base != null) {
                // It waits for a chunk of another node, and has not changed since.
                if (index.isStored(base)) {
                    safe.put(chunk, base);
                }
                continue;
            }
            segments.read(chunk, sums.clear(), content.clear());
            byte[] hash = ChunkSums.sha256(content.flip());
            ByteBuffer name = ByteBuffer.wrap(hash);
            if (!index.isStored(hash) && !written.contains(name)) {
                files.write(hash, sums.flip(), content.rewind());
                written.add(name);
            }
            safe.put(chunk, hash);
        }
    }

    private void noteStored(VolumeChunks volume, Map<Integer, byte[]> safe) throws IOException {
        var now = new BitSet();
        safe.keySet().forEach(now::set);
        var batch = new Rows.Batch();
        var references = index.references();
        Map<String, BitSet> left = new HashMap<>();
        for (Map.Entry<String, SnapshotState> entry : snapshots.entrySet()) {
            SnapshotState state = entry.getValue();
            BitSet its = (BitSet) state.pending().clone();
            its.and(now);
            if (state.row().getVolumeNumber() == volume.number && !its.isEmpty()) {
                var remaining = (BitSet) state.pending().clone();
                remaining.andNot(its);
                manifests.preserved(entry.getKey(), its, remaining, safe, batch, references);
                left.put(entry.getKey(), remaining);
            }
        }
        index.write(batch, references);
        left.forEach((id, remaining) -> {
            SnapshotState state = snapshots.get(id);
            if (state != null) {
                snapshots.put(id, new SnapshotState(state.row(), remaining));
            }
        });
    }
}
