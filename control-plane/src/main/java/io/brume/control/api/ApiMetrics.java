package io.brume.control.api;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A timer per service, operation and outcome. Thread-safe.
 *
 * <p>Label values are bounded: services and operations are those that are offered, codes those that
 * our own faults carry, at most {@value #MAX_CODES}; whatever a stranger makes up is "other".
 */
final class ApiMetrics {
    private static final int MAX_CODES = 256;
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9.:]{1,64}");
    private static final Duration[] STEPS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2500)
    };

    private record Labels(String service, String operation, String code) {}

    private final MeterRegistry registry;
    private final Set<String> codes = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Labels, Timer> timers = new ConcurrentHashMap<>();

    ApiMetrics(MeterRegistry registry) {
        this.registry = requireNonNull(registry);
    }

    /**
     * Counts one call.
     *
     * @param service of those offered; empty when none was found
     * @param operation of those offered; empty when none was found
     */
    void record(String service, String operation, String code, Duration duration) {
        var labels =
                new Labels(
                        service.isEmpty() ? "none" : service,
                        operation.isEmpty() ? "none" : operation,
                        bounded(code));
        timers.computeIfAbsent(labels, this::timer).record(duration);
    }

    private String bounded(String code) {
        boolean known =
                codes.contains(code)
                        || (codes.size() < MAX_CODES
                                && CODE.matcher(code).matches()
                                && (codes.add(code) || codes.contains(code)));
        return known ? code : "other";
    }

    private Timer timer(Labels labels) {
        return Timer.builder("brume.api.requests")
                .description("AWS calls by service, operation and outcome")
                .tag("service", labels.service())
                .tag("operation", labels.operation())
                .tag("code", labels.code())
                .serviceLevelObjectives(STEPS)
                .register(registry);
    }
}
