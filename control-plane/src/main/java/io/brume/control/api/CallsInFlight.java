package io.brume.control.api;

import io.brume.common.aws.Fault;
import io.brume.common.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Lets one call of a client token run at a time; its repetitions wait for it and then find its
 * answer. Thread-safe.
 */
final class CallsInFlight {
    private final ConcurrentHashMap<ClientToken.Key, CompletableFuture<Void>> running =
            new ConcurrentHashMap<>();
    private final Time time;
    private final Duration patience;

    /**
     * With bounded patience.
     *
     * @param patience how long a repetition waits for the first call
     */
    CallsInFlight(Time time, Duration patience) {
        this.time = time;
        this.patience = patience;
    }

    <T> T alone(ClientToken token, Supplier<T> action) {
        var key = token.key();
        var mine = new CompletableFuture<Void>();
        long deadline = time.nanos() + patience.toNanos();
        for (var other = running.putIfAbsent(key, mine);
                other != null;
                other = running.putIfAbsent(key, mine)) {
            await(other, deadline - time.nanos());
        }
        try {
            return action.get();
        } finally {
            running.remove(key, mine);
            mine.complete(null);
        }
    }

    private static void await(CompletableFuture<Void> other, long nanos) {
        try {
            other.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("calls in flight only complete", e);
        }
    }

    private static Fault busy() {
        return Fault.of(
                Fault.Category.UNAVAILABLE,
                "ServiceUnavailable",
                "An earlier request with the same client token is still being handled.");
    }
}
