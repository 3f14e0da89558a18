package io.brume.storage.block;

import io.brume.common.time.Time;
import java.time.Duration;

/** How fast work in the background may use a disk or a network. Thread-safe. */
public final class Pace {
    private final long bytesPerSecond;
    private final Time time;
    private long free;

    /**
     * @param bytesPerSecond at least 1
     */
    public Pace(long bytesPerSecond, Time time) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes a second");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.time = time;
        this.free = time.nanos();
    }

    /**
     * Notes what was used. Time in which nothing was used is not made up for.
     *
     * @return how long to wait before more is used
     */
    public synchronized Duration use(long bytes) {
        long now = time.nanos();
        if (free - now < 0) {
            free = now;
        }
        free += (long) (bytes * 1e9 / bytesPerSecond);
        return Duration.ofNanos(free - now);
    }
}
