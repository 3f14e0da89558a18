package io.brume.storage.block.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares stored chunks with their names, and fetches anew what is damaged. Thread-safe: it has
 * the chunk store's lock while it writes.
 */
public final class ChunkCheck {
    private final ChunkStore store;
    private final ChunkIndex index;
    private final ChunkFiles files;
    private final ChunkPeers peers;
    private final int perSegment;

    ChunkCheck(
            ChunkStore store,
            ChunkIndex index,
            ChunkFiles files,
            ChunkPeers peers,
            int perSegment) {
        this.store = store;
        this.index = index;
        this.files = files;
        this.peers = peers;
        this.perSegment = perSegment;
    }

    /** Names of chunks that are here whose first byte is this. */
    public List<byte[]> shelf(int first) throws IOException {
        return files.shelf(first);
    }

    /** Whether a chunk that rows name is what its name says; one that is gone counts as such. */
    public boolean isWhole(byte[] hash) throws IOException {
        return files.isWhole(hash) || !index.isStored(hash);
    }

    /**
     * Fetches a chunk again that is damaged, from whoever keeps a snapshot that has it.
     *
     * @throws IOException when nobody can be reached who has it whole
     */
    public void mend(byte[] hash) throws IOException {
        ReceivedSnapshots.Missing owner = owner(hash);
        ByteBuffer bytes = peers.chunk(owner.snapshotId(), owner.index(), hash);
        synchronized (store) {
            store.ready();
            index.store(hash, bytes);
        }
    }

    /** A snapshot that has a chunk, and where. */
    private ReceivedSnapshots.Missing owner(byte[] hash) throws IOException {
        List<ReceivedSnapshots.Missing> found = new ArrayList<>();
        for (String id : store.snapshotIds()) {
            index.scan(Manifest.allHashes(id), (key, value) -> find(id, key, value, hash, found));
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        for (VolumeChunks volume : store.volumes()) {
            index.scan(
                    Manifest.allBase(volume.number),
                    (key, value) -> find(volume.begunAs(), key, value, hash, found));
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        throw new IOException("no snapshot has the chunk any more");
    }

    private void find(
            String snapshotId,
            byte[] key,
            byte[] row,
            byte[] hash,
            List<ReceivedSnapshots.Missing> into) {
        for (int at = 0; at < row.length && into.isEmpty(); at += ChunkFiles.HASH) {
            if (Arrays.equals(row, at, at + ChunkFiles.HASH, hash, 0, hash.length)) {
                int chunk = Manifest.segmentOf(key) * perSegment + at / ChunkFiles.HASH;
                into.add(new ReceivedSnapshots.Missing(snapshotId, chunk, hash));
            }
        }
    }
}
