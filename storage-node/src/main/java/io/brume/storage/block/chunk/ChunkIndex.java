package io.brume.storage.block.chunk;

import io.brume.storage.block.files.FullDiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's rows, and when the files that they name go. A chunk's file is durable before the
 * batch that names it, and goes after the batch that has dropped its last name: so a crash leaves
 * at most files that nobody names. Guarded by the chunk store.
 *
 * <p>A batch that failed for want of space may have been made or not. Whoever holds something of
 * the rows in memory must load it again then, between {@link #reopen} and {@link #sure}; until that
 * is done nothing is written. Any other failure is the end.
 */
final class ChunkIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkIndex.class);

    private final Rows rows;
    private final ChunkFiles files;
    private boolean broken;
    private boolean unsure;

    /**
     * Chunks that a batch of which nobody knows whether it was made names, or does not any more.
     */
    private List<byte[]> doubtful = List.of();

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

    /** Whether a row names a chunk, and its file is here. */
    boolean isStored(byte[] hash) throws IOException {
        return isUsed(hash) && files.exists(hash);
    }

    /** Stores a chunk that rows name, in place of whatever is there; durable when it returns. */
    void store(byte[] hash, ByteBuffer bytes) throws IOException {
        if (isUsed(hash)) {
            ByteBuffer sums = ByteBuffer.allocate(ChunkFiles.SUMS);
            ChunkSums.of(bytes, sums);
            files.write(hash, sums.flip(), bytes.duplicate());
            files.force();
        }
    }

    /** After a batch of which nobody knows whether it was made, nothing may be built upon it. */
    void write(Rows.Batch batch) throws IOException {
        if (broken) {
            throw new IOException("the index of chunks has failed");
        }
        if (unsure) {
            throw new FullDiskException("the index of chunks has to be read again first");
        }
        broken = true;
        try {
            rows.write(batch);
            broken = false;
        } catch (IOException e) {
            if (FullDiskException.is(e)) {
                LOG.warn("the index of chunks waits for space: {}", e.getMessage());
                unsure = true;
                broken = false;
            }
            throw e;
        }
    }

    /** The same, with references; files that nobody names any more go. */
    void write(Rows.Batch batch, References references) throws IOException {
        drop(writeOnly(batch, references));
    }

    /**
     * The same, but their files stay.
     *
     * @return chunks that nobody names any more
     */
    List<byte[]> writeOnly(Rows.Batch batch, References references) throws IOException {
        List<byte[]> unused = references.into(batch);
        try {
            write(batch);
        } finally {
            if (unsure) {
                doubtful = references.hashes();
            }
        }
        return unused;
    }

    /** Whether nobody knows what became of the last batch. */
    boolean isUnsure() {
        return unsure;
    }

    /** From here on rows can be read again, and are durable. Fails while there is no space. */
    void reopen() throws IOException {
        rows.recover();
    }

    /** Whatever was in memory is what the rows say. */
    void sure() {
        unsure = false;
        dropUnnamed(doubtful);
        doubtful = List.of();
        LOG.info("the index of chunks goes on");
    }

    /** Deletes the files of those chunks that no row names. Never fails, as {@link #drop}. */
    private void dropUnnamed(List<byte[]> hashes) {
        for (byte[] hash : hashes) {
            try {
                if (!isUsed(hash)) {
                    files.delete(hash);
                }
            } catch (IOException e) {
                LOG.warn("a chunk that is not needed stays for now", e);
            }
        }
    }

    /**
     * Deletes the files of chunks that nobody names any more. Never fails: the batch was made, and
     * whoever made it must go on as it says. What cannot be deleted goes when the store is opened.
     */
    void drop(List<byte[]> unused) {
        for (byte[] hash : unused) {
            try {
                files.delete(hash);
            } catch (IOException e) {
                LOG.warn("a chunk that is not needed any more stays for now", e);
            }
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
