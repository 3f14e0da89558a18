package io.brume.storage.object.data;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectKey;
import java.util.Optional;

/**
 * What in the index will name a blob: written beside it, so that whoever finds the blob can ask
 * whether it is still needed.
 *
 * @param bucket the bucket's number
 * @param uploadId of a part; empty when the blob is an object's own. When the upload completes, the
 *     claim still holds for the object of that key
 */
public record BlobClaim(long bucket, ObjectKey key, Optional<String> uploadId) {
    public BlobClaim {
        requireNonNull(key);
        requireNonNull(uploadId);
    }
}
