package io.brume.storage.block.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes of how many rows name a chunk, collected for one batch. */
final class References {
    private final Rows rows;
    private final Map<ByteBuffer, Long> changes = new LinkedHashMap<>();

    References(Rows rows) {
        this.rows = rows;
    }

    void add(byte[] hash, int change) {
        changes.merge(ByteBuffer.wrap(hash.clone()), (long) change, Long::sum);
    }

    /** Adds to the references of every hash of a row. */
    void addAll(byte[] row, int change) {
        for (int at = 0; at < row.length; at += ChunkFiles.HASH) {
            byte[] hash = java.util.Arrays.copyOfRange(row, at, at + ChunkFiles.HASH);
            if (!Manifest.isNone(hash)) {
                add(hash, change);
            }
        }
    }

    /** Chunks whose number of names changes, or that go from one name to another. */
    List<byte[]> hashes() {
        List<byte[]> all = new ArrayList<>();
        for (ByteBuffer name : changes.keySet()) {
            byte[] hash = new byte[name.remaining()];
            name.duplicate().get(hash);
            all.add(hash);
        }
        return all;
    }

    static long count(Rows rows, byte[] hash) throws IOException {
        byte[] value = rows.get(Manifest.references(hash));
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    /**
     * Puts the changes into a batch.
     *
     * @return the chunks that nobody names any more
     */
    List<byte[]> into(Rows.Batch batch) throws IOException {
        List<byte[]> unused = new ArrayList<>();
        for (Map.Entry<ByteBuffer, Long> change : changes.entrySet()) {
            byte[] hash = change.getKey().array();
            long count = count(rows, hash) + change.getValue();
            byte[] key = Manifest.references(hash);
            if (count < 0) {
                throw new IOException("a chunk has fewer references than users");
            }
            if (count == 0) {
                batch.delete(key);
                unused.add(hash);
            } else {
                batch.put(key, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
            }
        }
        return unused;
    }
}
