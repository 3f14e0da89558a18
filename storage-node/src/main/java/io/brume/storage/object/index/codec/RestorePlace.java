package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** When something is to be done about a version's restoration. */
public record RestorePlace(long dueMillis, VersionPlace version) {
    public RestorePlace {
        requireNonNull(version);
    }
}
