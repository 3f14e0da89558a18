package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectKey;

/** Where the newest version of an object is found: the bucket's number and the key. */
public record ObjectPlace(long bucket, ObjectKey key) {
    public ObjectPlace {
        requireNonNull(key);
    }
}
