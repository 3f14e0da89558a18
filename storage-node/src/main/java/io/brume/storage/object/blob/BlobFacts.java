package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import java.time.Instant;

/**
 * What is written beside a blob.
 *
 * @param written when it was first stored; copies keep it
 */
public record BlobFacts(Blob blob, BlobClaim claim, Instant written) {
    public BlobFacts {
        requireNonNull(blob);
        requireNonNull(claim);
        requireNonNull(written);
    }
}
