package io.brume.storage.object.index.codec;

import static java.util.Objects.requireNonNull;

/** The order in which uploads are listed: by key, then by the time of their begin. */
public record Begun(ObjectPlace object, long millis) {
    public Begun {
        requireNonNull(object);
    }
}
