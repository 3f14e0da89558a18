package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

/**
 * A stored run of an object's bytes.
 *
 * @param length in bytes, at least 1
 */
public record Blob(BlobId id, long length) {
    public Blob {
        requireNonNull(id);
        if (length < 1) {
            throw new IllegalArgumentException("a blob has at least a byte");
        }
    }
}
