package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.state.OpenSnapshots;
import io.brume.store.Store;
import java.time.Duration;

/**
 * Gives up snapshots that nobody writes any more (EBS direct API), and forgets which blocks came of
 * those that are settled.
 */
final class OpenSnapshotExpiry implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final KeyedLoop<String> loop;

    OpenSnapshotExpiry(Store store, Time time) {
        requireNonNull(store);
        this.loop =
                new KeyedLoop<>(
                        "open snapshots",
                        time,
                        _ -> {
                            OpenSnapshots.sweep(store, time.now());
                            return EVERY;
                        });
    }

    void start() {
        loop.start();
        loop.wake("all");
    }

    @Override
    public void close() {
        loop.close();
    }
}
