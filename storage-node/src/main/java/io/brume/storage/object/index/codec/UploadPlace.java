package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** Where an upload is found. */
public record UploadPlace(ObjectPlace object, String id) {
    public UploadPlace {
        requireNonNull(object);
        requireNonNull(id);
    }
}
