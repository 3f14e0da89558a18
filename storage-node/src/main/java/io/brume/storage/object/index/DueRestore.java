package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.index.codec.RestorePlace;
import io.brume.storage.object.model.ObjectVersion;
import java.util.Optional;

/**
 * A restoration that is to go on.
 *
 * @param version with its restoration; empty when that has become another one, or none
 */
public record DueRestore(RestorePlace place, Optional<ObjectVersion> version) {
    public DueRestore {
        requireNonNull(place);
        requireNonNull(version);
    }

    /** The bucket's number. */
    public long bucket() {
        return place.version().object().bucket();
    }
}
