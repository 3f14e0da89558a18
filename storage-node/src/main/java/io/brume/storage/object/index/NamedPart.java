package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

/** A part, as the one who completes an upload names it; the ETag without quotes. */
public record NamedPart(int number, String etag) {
    public NamedPart {
        requireNonNull(etag);
    }
}
