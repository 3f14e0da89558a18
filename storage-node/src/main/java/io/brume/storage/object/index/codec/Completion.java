package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.ObjectKey;

/** Which version an upload became: what a repeated completion answers. */
public record Completion(ObjectKey key, long sequence) {
    public Completion {
        requireNonNull(key);
    }
}
