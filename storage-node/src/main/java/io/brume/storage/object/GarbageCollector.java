package io.brume.storage.object;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.Garbage;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the blobs that the index names no more, where the index is led. A while passes between, so
 * that who had begun to read an object when it was replaced can go on.
 */
public final class GarbageCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final int AT_ONCE = 20_000;
    private static final int FREED_AT_ONCE = 1000;

    private final Garbage garbage;
    private final ObjectData data;
    private final BooleanSupplier leads;
    private final Duration every;
    private final Duration grace;
    private final LongAdder freed = new LongAdder();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Works at once.
     *
     * @param leads whether this node leads the index
     * @param every how often it is asked for garbage
     * @param grace how long what is garbage stays
     */
    public GarbageCollector(
            Garbage garbage,
            ObjectData data,
            BooleanSupplier leads,
            Duration every,
            Duration grace) {
        this.garbage = requireNonNull(garbage);
        this.data = requireNonNull(data);
        this.leads = requireNonNull(leads);
        this.every = requireNonNull(every);
        this.grace = requireNonNull(grace);
        this.thread = Thread.ofVirtual().name("object-garbage").start(this::run);
    }

    /** How many blobs were freed. */
    public long freed() {
        return freed.sum();
    }

    private void run() {
        try {
            while (!ended(every)) {
                try {
                    collect();
                } catch (IOException | RuntimeException e) {
                    LOG.info("what no object names cannot be freed now: {}", e.toString());
                }
            }
        } catch (InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended(Duration within) throws InterruptedException {
        return end.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void collect() throws IOException, InterruptedException {
        if (!leads.getAsBoolean()) {
            return;
        }
        List<Blob> found = garbage.garbage(AT_ONCE);
        if (found.isEmpty() || ended(grace)) {
            return;
        }
        for (int from = 0; from < found.size() && leads.getAsBoolean(); from += FREED_AT_ONCE) {
            var some = found.subList(from, Math.min(found.size(), from + FREED_AT_ONCE));
            data.free(some);
            garbage.forget(some);
            freed.add(some.size());
        }
    }

    @Override
    public void close() throws InterruptedException {
        end.countDown();
        thread.join(Duration.ofSeconds(10));
    }
}
