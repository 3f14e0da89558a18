package io.brume.storage.object.data;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Keeps the bytes of objects. Thread-safe; blocks, so call it from threads that may wait.
 *
 * <p>{@link NoSpaceException} where disks are full; other {@link IOException}s where too few nodes
 * answer.
 */
public interface ObjectData {
    /** The largest blob: longer content is of several. */
    int MAX_BLOB_BYTES = 64 << 20;

    /**
     * Begins to store bytes.
     *
     * @param claim what in the index will name them; when it does not within a day, they are freed
     * @param expected how many there will be; −1 = not known. A hint
     */
    ContentWriter write(BlobClaim claim, long expected, Redundancy redundancy) throws IOException;

    /** Begins to store bytes in as many copies as is usual. */
    default ContentWriter write(BlobClaim claim, long expected) throws IOException {
        return write(claim, expected, Redundancy.COPIES);
    }

    /**
     * Reads.
     *
     * @param blobs the content, in order
     * @param offset the first byte wanted
     * @param length how many, within what the blobs hold
     */
    ContentReader read(List<Blob> blobs, long offset, long length) throws IOException;

    /**
     * Frees blobs that the index does not name any more. What is being read of them stays readable
     * until it is closed. May be repeated.
     */
    void free(Collection<Blob> blobs) throws IOException;

    /** Whether a disk has so little space left that what may be freed is to be freed soon. */
    default boolean isFilling() throws IOException {
        return false;
    }
}
