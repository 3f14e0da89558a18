package io.brume.storage.object.index;

import io.brume.common.time.Time;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Chooses stamps. Thread-safe if its source of randomness is. */
final class Stamps {
    private final Time time;
    private final RandomGenerator random;
    private final AtomicLong last = new AtomicLong();

    Stamps(Time time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    /** In microseconds, so that they stay above those of a leader that was before this one. */
    Stamp next() {
        Instant now = time.now();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        return new Stamp(
                last.updateAndGet(before -> Math.max(before + 1, micros)),
                now.truncatedTo(ChronoUnit.MILLIS),
                random.nextLong(),
                random.nextLong());
    }

    Instant now() {
        return time.now();
    }
}
