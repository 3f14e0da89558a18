package io.brume.storage.object.index;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import java.util.Collection;
import java.util.List;

/**
 * What the index named once and names no more: for whoever frees the bytes. A blob is garbage from
 * the commit on that stopped naming it until it is forgotten. Thread-safe; blocks; fails as {@link
 * ObjectIndex} does.
 */
public interface Garbage {
    /** Some blobs that can be freed, at most {@code limit}; none = there are none. */
    List<Blob> garbage(int limit);

    /** Says that blobs have been freed. May be repeated. */
    void forget(Collection<Blob> blobs);

    /**
     * Whether the index names a blob, or may still find out that it does not. A blob that is being
     * written is not named yet.
     *
     * @param claim what was written beside the blob
     */
    boolean isNamed(Blob blob, BlobClaim claim);
}
