package io.brume.storage.block.chunk;

import io.brume.proto.block.v1.BaseRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What volumes were made from: a manifest of their own, whose chunks may be on other nodes only for
 * a while. Thread-safe: it has the chunk store's lock, but never while it waits for another node.
 */
public final class VolumeBases {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeBases.class);

    private final ChunkStore store;
    private final ChunkIndex index;
    private final ChunkFiles files;
    private final ManifestWriter manifests;
    private final ChunkPeers peers;

    VolumeBases(
            ChunkStore store,
            ChunkIndex index,
            ChunkFiles files,
            ManifestWriter manifests,
            ChunkPeers peers) {
        this.store = store;
        this.index = index;
        this.files = files;
        this.manifests = manifests;
        this.peers = peers;
    }

    /**
     * Makes a new volume begin as a snapshot. Of one that this node does not keep only the names of
     * its chunks are fetched.
     *
     * @throws IOException when nobody has it, or not all of it yet
     */
    public void begin(long number, String snapshotId) throws IOException {
        if (!beginHere(number, snapshotId)) {
            SortedMap<Integer, byte[]> hashes = peers.manifest(snapshotId);
            beginAs(number, snapshotId, manifests.rows(hashes), false);
        }
    }

    private boolean beginHere(long number, String snapshotId) throws IOException {
        synchronized (store) {
            store.ready();
            SnapshotState state = store.find(snapshotId);
            if (state == null) {
                return false;
            }
            if (!state.isComplete()) {
                throw new IOException(snapshotId + " is not complete yet");
            }
            Map<Integer, byte[]> found = new HashMap<>();
            index.scan(
                    Manifest.allHashes(snapshotId),
                    (key, value) -> found.put(Manifest.segmentOf(key), value));
            beginAs(number, snapshotId, found, true);
            return true;
        }
    }

    private void beginAs(long number, String snapshotId, Map<Integer, byte[]> found, boolean whole)
            throws IOException {
        var batch = new Rows.Batch();
        var references = index.references();
        found.forEach((segment, row) -> {
            batch.put(Manifest.base(number, segment), row);
            references.addAll(row, 1);
        });
        if (!found.isEmpty()) {
            BaseRow begun = BaseRow.newBuilder().setSnapshotId(snapshotId).setWhole(whole).build();
            batch.put(Manifest.begun(number), begun.toByteArray());
        }
        synchronized (store) {
            store.ready();
            index.write(batch, references);
        }
    }

    /**
     * Brings a chunk here that a volume reads from the snapshot that it was made from.
     *
     * @throws IOException when it is not here, and nobody can be reached who has it
     */
    public void bring(VolumeChunks volume, long chunk) throws IOException {
        byte[] hash = volume.baseHash(chunk);
        if (hash != null && !files.exists(hash)) {
            fetch(volume, chunk, hash);
        }
    }

    private void fetch(VolumeChunks volume, long chunk, byte[] hash) throws IOException {
        ByteBuffer bytes = peers.chunk(volume.begunAs(), Math.toIntExact(chunk), hash);
        synchronized (store) {
            store.ready();
            index.store(hash, bytes);
        }
    }

    /** Whether {@link #bring} has nothing to do. */
    public boolean isHere(VolumeChunks volume, long chunk) {
        byte[] hash = volume.baseHash(chunk);
        return hash == null || files.exists(hash);
    }

    /**
     * Fetches a chunk again that a volume reads from the snapshot that it was made from, if it is
     * missing or damaged here.
     *
     * @return whether it was, and is not any more
     */
    public boolean mend(VolumeChunks volume, long chunk) {
        byte[] hash = volume.baseHash(chunk);
        try {
            if (hash == null || files.isWhole(hash)) {
                return false;
            }
            fetch(volume, chunk, hash);
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "chunk {} of {} is damaged and cannot be mended: {}",
                    chunk,
                    volume.volumeId,
                    e.getMessage());
            return false;
        }
    }

    /** Volumes whose base may not be all here. */
    public List<VolumeChunks> remote() {
        return store.volumes().stream().filter(VolumeChunks::isRemote).toList();
    }

    /** All that a volume reads from the snapshot that it was made from is here now. */
    public void isAllHere(VolumeChunks volume) throws IOException {
        synchronized (store) {
            store.ready();
            if (store.isGone(volume)) {
                return;
            }
            BaseRow begun =
                    BaseRow.newBuilder().setSnapshotId(volume.begunAs()).setWhole(true).build();
            var batch = new Rows.Batch();
            batch.put(Manifest.begun(volume.number), begun.toByteArray());
            index.write(batch);
            volume.begun(begun);
        }
    }
}
