package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectVersion;
import java.util.Optional;

/**
 * A bucket with its documents, and what a key in it named at the same instant.
 *
 * @param version a delete marker too; empty when there was none
 */
public record Located(Bucket bucket, Optional<ObjectVersion> version) {
    public Located {
        requireNonNull(bucket);
        requireNonNull(version);
    }
}
