package io.brume.common.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The two clocks of a program. Injected everywhere, so that tests and the simulation own time.
 *
 * <p>{@link #now()} is the wall clock, which jumps: for stamps, expiry dates and signatures only.
 * {@link #nanos()} is monotonic: for leases, timeouts and durations. Implementations are
 * thread-safe.
 */
public interface Time {
    /** The wall clock. */
    Instant now();

    /** Nanoseconds since an arbitrary origin; never goes back. */
    long nanos();

    /** The time passed since an earlier {@link #nanos()}. */
    default Duration since(long earlierNanos) {
        return Duration.ofNanos(nanos() - earlierNanos);
    }

    /** The operating system's clocks. */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
