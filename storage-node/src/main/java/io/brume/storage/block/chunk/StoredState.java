package io.brume.storage.block.chunk;

import io.brume.proto.block.v1.BaseRow;
import io.brume.proto.block.v1.CutsRow;
import io.brume.proto.block.v1.SnapshotRow;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** Reads from the rows what the chunk store keeps in memory. Guarded by the chunk store. */
final class StoredState {
    private final ChunkIndex index;
    private final ChunkFiles files;
    private final ManifestWriter manifests;
    private final int perSegment;

    /**
     * @param perSegment chunks of a segment
     */
    StoredState(ChunkIndex index, ChunkFiles files, ManifestWriter manifests, int perSegment) {
        this.index = index;
        this.files = files;
        this.manifests = manifests;
        this.perSegment = perSegment;
    }

    /** All snapshots by id. */
    Map<String, SnapshotState> snapshots() throws IOException {
        Map<String, SnapshotState> found = new TreeMap<>();
        index.scan(
                Manifest.table(Manifest.SNAPSHOTS),
                (key, value) ->
                        found.put(
                                Manifest.snapshotOf(key),
                                new SnapshotState(SnapshotRow.parseFrom(value), new BitSet())));
        for (Map.Entry<String, SnapshotState> snapshot : found.entrySet()) {
            BitSet pending = snapshot.getValue().pending();
            index.scan(
                    Manifest.allPending(snapshot.getKey()),
                    (key, value) -> manifests.merge(pending, key, value));
        }
        return found;
    }

    /**
     * What there is of a volume.
     *
     * @param snapshots all of them
     */
    VolumeChunks volume(long number, String volumeId, Map<String, SnapshotState> snapshots)
            throws IOException {
        var volume = new VolumeChunks(number, volumeId, files, perSegment);
        byte[] cuts = index.get(Manifest.cuts(number));
        if (cuts != null) {
            volume.cuts(CutsRow.parseFrom(cuts));
        }
        var dirty = new BitSet();
        index.scan(Manifest.allDirty(number), (key, value) -> manifests.merge(dirty, key, value));
        volume.dirty(dirty);
        index.scan(
                Manifest.allBase(number),
                (key, value) -> volume.base(Manifest.segmentOf(key), value));
        byte[] begun = index.get(Manifest.begun(number));
        if (begun != null) {
            volume.begun(BaseRow.parseFrom(begun));
        }
        volume.pending(pending(number, snapshots));
        return volume;
    }

    /** Chunks of a volume that some snapshot waits for. */
    static BitSet pending(long number, Map<String, SnapshotState> snapshots) {
        var all = new BitSet();
        for (SnapshotState state : snapshots.values()) {
            if (state.row().getVolumeNumber() == number) {
                all.or(state.pending());
            }
        }
        return all;
    }
}
