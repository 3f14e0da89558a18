package io.brume.storage.object.s3.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.s3.config.LogTarget;
import io.brume.storage.object.s3.delivery.Deliveries;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects records and delivers them now and then, an object for each bucket that is logged. What
 * cannot be delivered is dropped, and what comes faster than memory allows. Thread-safe.
 */
public final class AccessLogs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogs.class);
    private static final int MOST_CHARACTERS = 16 << 20;

    private final ObjectIndex index;
    private final Deliveries deliveries;
    private final Time time;
    private final RandomGenerator random;
    private final Duration period;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private Map<Bucket, StringBuilder> collected = new HashMap<>();
    private int characters;

    /**
     * Starts at once.
     *
     * @param period between two deliveries
     */
    public AccessLogs(
            ObjectIndex index,
            Deliveries deliveries,
            Time time,
            RandomGenerator random,
            Duration period) {
        this.index = requireNonNull(index);
        this.deliveries = requireNonNull(deliveries);
        this.time = requireNonNull(time);
        this.random = requireNonNull(random);
        this.period = requireNonNull(period);
        this.thread = Thread.ofVirtual().name("access-logs").start(this::rounds);
    }

    /** Takes a record of a bucket whose accesses are logged; never waits. */
    public void note(Bucket bucket, AccessRecord record) {
        var line = record.line(bucket) + "\n";
        synchronized (this) {
            if (characters + line.length() <= MOST_CHARACTERS) {
                characters += line.length();
                collected.computeIfAbsent(bucket, each -> new StringBuilder()).append(line);
            }
        }
    }

    private void rounds() {
        try {
            while (!ended.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                deliver();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Delivers what there is. */
    void deliver() {
        Map<Bucket, StringBuilder> due;
        synchronized (this) {
            due = collected;
            collected = new HashMap<>();
            characters = 0;
        }
        due.forEach((bucket, lines) -> {
            try {
                deliver(bucket, lines.toString().getBytes(UTF_8));
            } catch (IOException | RuntimeException e) {
                LOG.warn("An access log of {} is lost", bucket.name(), e);
            }
        });
    }

    private void deliver(Bucket source, byte[] bytes) throws IOException {
        var to = LogTarget.of(source);
        var target = to.flatMap(each -> index.bucket(each.bucket()));
        if (target.isEmpty()) {
            return;
        }
        var unique = String.format(Locale.ROOT, "%016X", random.nextLong());
        var key = to.get().key(source, time.now(), unique);
        if (!LogTarget.isTaken(source, target.get(), key)) {
            LOG.debug("The access log of {} is not let in", source.name());
            return;
        }
        deliveries.put(target.get(), key, "text/plain", Deliveries.Wish.AS_THE_BUCKET, bytes);
    }

    /** Delivers what is left. */
    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deliver();
    }
}
