package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.VersionId;
import java.util.Optional;

/**
 * What a deletion did.
 *
 * @param versionId the delete marker that was put, or the version that was deleted; empty in a
 *     bucket that never kept versions
 * @param deleteMarker whether a marker was put, or the version deleted was one
 */
public record Deletion(Optional<VersionId> versionId, boolean deleteMarker) {
    public Deletion {
        requireNonNull(versionId);
    }
}
