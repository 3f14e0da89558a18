package io.brume.control.domain.snapshot;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * What is known of a snapshot that is written from outside beside the snapshot itself.
 *
 * @param timeout it is given up when no block has come for so long
 * @param touched when it was started, or its last block came, give or take {@link #PRECISION}
 */
public record OpenSnapshot(Duration timeout, Instant touched) {
    /** How often the time of the last block is written down: not with every block. */
    public static final Duration PRECISION = Duration.ofSeconds(30);

    public OpenSnapshot {
        requireNonNull(timeout);
        requireNonNull(touched);
    }

    /** A block has come. */
    public OpenSnapshot touchedAt(Instant now) {
        return touched.plus(PRECISION).isAfter(now) ? this : new OpenSnapshot(timeout, now);
    }

    /** Whether nobody writes it any more. */
    public boolean isAbandoned(Instant now) {
        return touched.plus(timeout).plus(PRECISION).isBefore(now);
    }
}
