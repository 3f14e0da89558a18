package io.brume.storage.object.s3;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * Periods that end with the day on which they would be over, as AWS rounds to the next midnight.
 *
 * @param length 24 hours; shorter ones are for trying things out
 */
public record Days(Duration length) {
    public Days {
        requireNonNull(length);
    }

    /** When so many days are over. */
    public Instant end(Instant since, int days) {
        long millis = length.toMillis();
        return Instant.ofEpochMilli(
                Math.ceilDiv(since.toEpochMilli() + days * millis, millis) * millis);
    }
}
