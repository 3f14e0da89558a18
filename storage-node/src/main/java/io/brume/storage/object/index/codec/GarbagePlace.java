package io.brume.storage.object.index.codec;

import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.model.BlobId;

/** Garbage in the order in which it may be freed. */
public record GarbagePlace(Age age, BlobId blob) {
    /** What may be freed at the same time. */
    public record Age(Kind kind, long sinceMillis) {}
}
