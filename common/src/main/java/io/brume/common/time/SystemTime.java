package io.brume.common.time;

import java.time.Instant;

/** The operating system's clocks: the one place that reads them. */
enum SystemTime implements Time {
    INSTANCE;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
