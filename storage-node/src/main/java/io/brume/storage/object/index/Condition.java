package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What must hold of the newest version for a change to happen; decided where it commits.
 *
 * @param ifMatch an ETag without quotes, or {@code *}
 * @param ifNoneMatch {@code *} or an ETag: there must be no object, or none with it
 * @param ifModified of deletions: exactly this time
 * @param ifSize of deletions: exactly this size
 */
public record Condition(
        Optional<String> ifMatch,
        Optional<String> ifNoneMatch,
        Optional<Instant> ifModified,
        Optional<Long> ifSize) {
    public static final Condition NONE =
            new Condition(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Condition {
        requireNonNull(ifMatch);
        requireNonNull(ifNoneMatch);
        requireNonNull(ifModified);
        requireNonNull(ifSize);
    }

    public static Condition ifNoneMatch(String etag) {
        return new Condition(
                Optional.empty(), Optional.of(etag), Optional.empty(), Optional.empty());
    }

    public static Condition ifMatch(String etag) {
        return new Condition(
                Optional.of(etag), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
