package io.brume.control.api.gateway;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import java.util.concurrent.Semaphore;

/** What all event loops of a gateway share. Thread-safe. */
record Shared(
        GatewayOptions.Limits limits,
        Doors doors,
        Semaphore calls,
        BodyBudget budget,
        GatewayMetrics metrics,
        Ids ids,
        Time time) {}
