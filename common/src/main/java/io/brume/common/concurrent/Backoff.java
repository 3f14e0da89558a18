package io.brume.common.concurrent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubles from {@code first} to {@code most}, and is then
 * scattered over its upper half, so that many who failed together do not come back together. Not
 * thread-safe.
 */
public final class Backoff {
    private final long firstNanos;
    private final long mostNanos;
    private final RandomGenerator random;
    private long nextNanos;

    public Backoff(Duration first, Duration most, RandomGenerator random) {
        if (!first.isPositive() || first.compareTo(most) > 0) {
            throw new IllegalArgumentException("first must be positive and not above most");
        }
        this.firstNanos = first.toNanos();
        this.mostNanos = most.toNanos();
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /** Between half and all of the current wait; the one after is twice as long. */
    public Duration next() {
        long current = nextNanos;
        nextNanos = Math.min(mostNanos, current * 2);
        long half = current / 2;
        return Duration.ofNanos(half + (half == 0 ? 0 : random.nextLong(half + 1)));
    }

    /** An attempt succeeded. */
    public void reset() {
        nextNanos = firstNanos;
    }
}
