package io.brume.storage.object.s3.door;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How many calls of each operation there were, how they ended and how long they took. */
final class DoorMetrics {
    private record Kind(String operation, String code) {}

    private final MeterRegistry registry;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    DoorMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry);
    }

    /**
     * @param operation AWS's name; empty when it is not known
     * @param code {@code OK} or the error's
     */
    void record(String operation, String code, long nanos) {
        timers.computeIfAbsent(new Kind(operation, code), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("brume.s3.calls")
                .description("Calls to the object store, until their answer is known")
                .tag("operation", kind.operation())
                .tag("code", kind.code())
                .register(registry);
    }
}
