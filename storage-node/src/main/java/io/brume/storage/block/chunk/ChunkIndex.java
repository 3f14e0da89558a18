package io.brume.storage.block.chunk;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index's rows, and when the files that they name go. A chunk's file is durable before the
 * batch that names it, and goes after the batch that has dropped its last name: so a crash leaves
 * at most files that nobody names. Guarded by the chunk store.
 */
final class ChunkIndex implements AutoCloseable {
    private final Rows rows;
    private final ChunkFiles files;
    private boolean broken;

    ChunkIndex(Rows rows, ChunkFiles files) {
        this.rows = rows;
        this.files = files;
    }

    byte @Nullable [] get(byte[] key) throws IOException {
        return rows.get(key);
    }

    void scan(byte[] prefix, Rows.Visitor visitor) throws IOException {
        rows.scan(prefix, visitor);
    }

    /** Changes of references, for one batch. */
    References references() {
        return new References(rows);
    }

    /** Whether any row names a chunk. */
    boolean isUsed(byte[] hash) throws IOException {
        return References.count(rows, hash) > 0;
    }

    /** After a batch of which nobody knows whether it was made, nothing may be built upon it. */
    void write(Rows.Batch batch) throws IOException {
        if (broken) {
            throw new IOException("the index of chunks has failed");
        }
        broken = true;
        rows.write(batch);
        broken = false;
    }

    /** The same, with references; files that nobody names any more go. */
    void write(Rows.Batch batch, References references) throws IOException {
        List<byte[]> unused = references.into(batch);
        write(batch);
        for (byte[] hash : unused) {
            files.delete(hash);
        }
    }

    /** Deletes files that no row names. */
    void sweep() throws IOException {
        files.sweep(hash -> {
            try {
                return isUsed(hash);
            } catch (IOException e) {
                // Keeping one too many is safe.
                return true;
            }
        });
    }

    @Override
    public void close() {
        rows.close();
    }
}
