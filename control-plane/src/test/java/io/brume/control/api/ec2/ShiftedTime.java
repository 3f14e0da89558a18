package io.brume.control.api.ec2;

import io.brume.common.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's time, ahead by what tests have let pass. */
final class ShiftedTime implements Time {
    private final AtomicLong ahead = new AtomicLong();

    @Override
    public Instant now() {
        return Time.system().now();
    }

    @Override
    public long nanos() {
        return Time.system().nanos() + ahead.get();
    }

    void pass(Duration duration) {
        ahead.addAndGet(duration.toNanos());
    }
}
