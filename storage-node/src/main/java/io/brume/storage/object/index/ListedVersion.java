package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectVersion;

/** A version in a list, and whether it is its key's newest. */
public record ListedVersion(ObjectVersion version, boolean latest) {
    public ListedVersion {
        requireNonNull(version);
    }
}
