package io.brume.node.sim;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Decides from a seed how long things take and what goes wrong. Thread-safe. */
final class SimulatedFaults {
    private final RandomGenerator random;
    private final int faultRate;

    SimulatedFaults(SimulationOptions options) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
        faultRate = options.faultRate();
    }

    /** Takes between half and one and a half times as long. */
    void take(Duration typical) throws IOException {
        if (typical.isZero()) {
            return;
        }
        try {
            Thread.sleep(scatter(typical));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    synchronized Duration scatter(Duration typical) {
        long nanos = typical.toNanos();
        return nanos == 0 ? typical : Duration.ofNanos(nanos / 2 + random.nextLong(nanos + 1));
    }

    /** Fails now and then. */
    void mayFail(String what) throws IOException {
        boolean fails;
        synchronized (this) {
            fails = faultRate > 0 && random.nextInt(1000) < faultRate;
        }
        if (fails) {
            throw new IOException("simulated fault: " + what);
        }
    }
}
