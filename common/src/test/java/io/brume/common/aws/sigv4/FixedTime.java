package io.brume.common.aws.sigv4;

import io.brume.common.time.Time;
import java.time.Instant;

/** A clock that stands still. */
record FixedTime(Instant now) implements Time {
    static FixedTime at(String instant) {
        return new FixedTime(Instant.parse(instant));
    }

    @Override
    public long nanos() {
        return 0;
    }
}
