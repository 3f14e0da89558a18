package io.brume.storage.object.index;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import java.time.Instant;
import java.util.List;

/**
 * What the leader of the index does to how versions are kept, which leaves what they say as it is.
 * Fails as {@link ObjectIndex} does. Thread-safe; blocks.
 */
public interface ClassIndex {
    /** Restorations that are due, the longest due first. */
    List<DueRestore> dueRestores(Instant now, int limit);

    /**
     * Names the copy that was made of a version.
     *
     * @return whether it was still wanted; when not, the blobs are the caller's to free
     */
    boolean restored(DueRestore restore, List<Blob> copy);

    /** Gives up a copy whose time is over; forgets what is due no more. */
    void endRestore(DueRestore restore);

    /**
     * Names the blobs that a version's content is kept as from now on, and gives up the old ones.
     *
     * @param from with all its parts and blobs
     * @return whether it was still as it was; when not, the blobs are the caller's to free
     */
    boolean move(BucketName bucket, ObjectVersion from, StorageClass to, List<Blob> kept);
}
