package io.brume.control.api.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gateway itself tells of its load. Thread-safe. */
final class GatewayMetrics {
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private final Counter malformed;

    GatewayMetrics(MeterRegistry registry, Semaphore calls, int maxCalls) {
        Gauge.builder("brume.gateway.connections", connections, AtomicInteger::get)
                .description("Open connections")
                .register(registry);
        Gauge.builder("brume.gateway.calls", calls, free -> maxCalls - free.availablePermits())
                .description("Calls being handled")
                .register(registry);
        refused =
                Counter.builder("brume.gateway.refused")
                        .description("Requests and connections turned away for load")
                        .register(registry);
        malformed =
                Counter.builder("brume.gateway.malformed")
                        .description("Requests that are not proper HTTP")
                        .register(registry);
    }

    int connectionOpened() {
        return connections.incrementAndGet();
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    void refused() {
        refused.increment();
    }

    void malformed() {
        malformed.increment();
    }
}
