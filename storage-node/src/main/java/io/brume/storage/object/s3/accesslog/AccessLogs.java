package io.brume.storage.object.s3.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.Condition;
import io.brume.storage.object.index.NewObject;
import io.brume.storage.object.index.ObjectIndex;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.config.LogTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private final ObjectData data;
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
            ObjectData data,
            Time time,
            RandomGenerator random,
            Duration period) {
        this.index = requireNonNull(index);
        this.data = requireNonNull(data);
        this.time = requireNonNull(time);
        this.random = requireNonNull(random);
        this.period = requireNonNull(period);
        this.thread = Thread.ofVirtual().name("access-logs").start(this::deliveries);
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

    private void deliveries() {
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
        try (var writer =
                data.write(
                        new BlobClaim(target.get().number(), key, Optional.empty()),
                        bytes.length)) {
            writer.write(ByteBuffer.wrap(bytes));
            var content =
                    new ObjectContent(
                            bytes.length,
                            md5(bytes),
                            StorageClass.STANDARD,
                            Optional.empty(),
                            List.of(),
                            writer.finish());
            var headers = Map.of("content-type", "text/plain");
            index.put(
                    target.get().name(),
                    new NewObject(key, target.get().owner(), content, headers, Map.of(), Map.of()),
                    Condition.NONE);
        }
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
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
