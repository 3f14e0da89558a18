package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** Where a version that is not the newest is found; newer ones come first. */
public record VersionPlace(ObjectPlace object, long sequence) {
    public VersionPlace {
        requireNonNull(object);
    }
}
