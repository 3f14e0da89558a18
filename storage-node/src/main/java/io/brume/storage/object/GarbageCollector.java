package io.brume.storage.object;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.Garbage;
import io.brume.storage.object.index.Garbage.Item;
import io.brume.storage.object.index.Garbage.Kind;
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
 * that who had begun to read an object when it was replaced can go on: an hour where the content is
 * of several blobs, which are opened one after the other. While a disk fills up, a minute has to do
 * for those, too.
 */
public final class GarbageCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final int AT_ONCE = 20_000;
    private static final int FREED_AT_ONCE = 1000;

    /** Rounds between two questions whether a disk fills up. */
    private static final int ASK_EVERY = 10;

    private final Garbage garbage;
    private final ObjectData data;
    private final BooleanSupplier leads;
    private final Time time;
    private final Options options;
    private boolean filling;
    private long rounds;
    private final LongAdder freed = new LongAdder();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    /**
     * How long garbage stays.
     *
     * @param every how often it is asked for
     * @param brief how long the only blob of a content stays, which readers open at once
     * @param lasting how long those stay of which a content has several
     */
    public record Options(Duration every, Duration brief, Duration lasting) {
        /** Five GiB at 1.5 MB/s are read within an hour. */
        public static final Options STANDARD =
                new Options(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1));

        public Options {
            requireNonNull(every);
            requireNonNull(brief);
            requireNonNull(lasting);
        }

        Duration grace(Kind kind, boolean filling) {
            return kind == Kind.LASTING && !filling ? lasting : brief;
        }
    }

    /**
     * Works at once.
     *
     * @param leads whether this node leads the index
     */
    public GarbageCollector(
            Garbage garbage, ObjectData data, BooleanSupplier leads, Options options, Time time) {
        this.garbage = requireNonNull(garbage);
        this.data = requireNonNull(data);
        this.leads = requireNonNull(leads);
        this.options = requireNonNull(options);
        this.time = requireNonNull(time);
        this.thread = Thread.ofVirtual().name("object-garbage").start(this::run);
    }

    /** How many blobs were freed. */
    public long freed() {
        return freed.sum();
    }

    private void run() {
        try {
            while (!ended()) {
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

    private boolean ended() throws InterruptedException {
        return end.await(options.every().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void collect() throws IOException {
        if (!leads.getAsBoolean()) {
            return;
        }
        if (rounds++ % ASK_EVERY == 0) {
            filling = data.isFilling();
        }
        for (Kind kind : Kind.values()) {
            free(garbage.garbage(kind, time.now().minus(options.grace(kind, filling)), AT_ONCE));
        }
    }

    private void free(List<Item> found) throws IOException {
        for (int from = 0; from < found.size() && leads.getAsBoolean(); from += FREED_AT_ONCE) {
            var some = found.subList(from, Math.min(found.size(), from + FREED_AT_ONCE));
            data.free(some.stream().map(Item::blob).toList());
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
