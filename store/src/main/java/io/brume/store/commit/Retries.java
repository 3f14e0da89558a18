package io.brume.store.commit;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a transaction pauses before another attempt: a random time below a bound that doubles.
 *
 * @param attempts how often a body runs at most
 * @param firstBound the bound after the first conflict
 * @param lastBound the bound never grows beyond this
 */
public record Retries(int attempts, Duration firstBound, Duration lastBound) {
    /** For ordinary use: gives up after some seconds. */
    public static final Retries DEFAULT =
            new Retries(64, Duration.ofMillis(1), Duration.ofMillis(200));

    public Retries {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts " + attempts + " is below 1");
        }
    }

    /** The pause after a conflict; the first two conflicts are answered at once. */
    Duration pause(int conflicts, RandomGenerator random) {
        if (conflicts <= 2) {
            return Duration.ZERO;
        }
        long bound = firstBound.toNanos() << Math.min(30, conflicts - 3);
        bound = Math.max(1, Math.min(bound, lastBound.toNanos()));
        return Duration.ofNanos(random.nextLong(bound));
    }
}
