package io.brume.control.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes audit records to {@code audit.jsonl}, one JSON object a line, behind a bounded queue; a
 * full file becomes {@code audit.1.jsonl}, that one {@code audit.2.jsonl}, and the oldest goes.
 * Records that find the queue full, or a disk that does not take them, are counted in {@link
 * #dropped}: a slow disk must not stop the API.
 *
 * <p>Thread-safe. One virtual thread owns the file.
 */
public final class JsonLinesAuditLog implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonLinesAuditLog.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BATCH = 256;

    /**
     * How much is kept.
     *
     * @param maxFileBytes a file longer than this is closed
     * @param maxFiles how many files there are at most, the open one included; at least 2
     * @param queue how many records may wait
     */
    public record Bounds(long maxFileBytes, int maxFiles, int queue) {
        public Bounds {
            if (maxFileBytes < 1 || maxFiles < 2 || queue < 1) {
                throw new IllegalArgumentException("audit bounds are too small");
            }
        }

        /** Ten files of 64 MiB, 8192 waiting records. */
        public static Bounds standard() {
            return new Bounds(64L << 20, 10, 8192);
        }
    }

    private final Path directory;
    private final Bounds bounds;
    private final BlockingQueue<AuditRecord> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable BufferedWriter writer;
    private long written;

    /**
     * Opens the log.
     *
     * @throws IOException when the directory cannot be made or the file not be opened
     */
    public JsonLinesAuditLog(Path directory, Bounds bounds) throws IOException {
        this.directory = requireNonNull(directory);
        this.bounds = requireNonNull(bounds);
        this.queue = new ArrayBlockingQueue<>(bounds.queue());
        Files.createDirectories(directory);
        open();
        this.thread = Thread.ofVirtual().name("audit-log").start(this::drain);
    }

    @Override
    public void record(AuditRecord entry) {
        if (closed || !queue.offer(entry)) {
            dropped.incrementAndGet();
        }
    }

    /** How many records were lost since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what waits and closes the file; waits for it at most ten seconds. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain() {
        var batch = new ArrayList<AuditRecord>(BATCH);
        while (!closed || !queue.isEmpty()) {
            batch.clear();
            try {
                var first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    write(batch);
                }
            } catch (InterruptedException e) {
                break;
            } catch (IOException e) {
                LOG.error(
                        "{} audit records could not be written to {}", batch.size(), directory, e);
                dropped.addAndGet(batch.size());
                abandon();
            }
        }
        abandon();
    }

    private void write(Iterable<AuditRecord> batch) throws IOException {
        var out = writer == null ? open() : writer;
        for (var entry : batch) {
            var line = line(entry);
            out.write(line);
            written += line.length();
        }
        out.flush();
        if (written >= bounds.maxFileBytes()) {
            out.close();
            writer = null;
            rotate();
        }
    }

    private BufferedWriter open() throws IOException {
        var file = file(0);
        var opened =
                Files.newBufferedWriter(
                        file, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        written = Files.size(file);
        writer = opened;
        return opened;
    }

    private void rotate() throws IOException {
        for (int age = bounds.maxFiles() - 2; age >= 0; age--) {
            if (Files.exists(file(age))) {
                Files.move(file(age), file(age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path file(int age) {
        return directory.resolve(age == 0 ? "audit.jsonl" : "audit." + age + ".jsonl");
    }

    private void abandon() {
        var open = writer;
        writer = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.warn("the audit log in {} could not be closed", directory, e);
            }
        }
    }

    static String line(AuditRecord entry) {
        var text = new StringWriter(320);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("time", entry.time().toString());
            json.writeStringField("requestId", entry.requestId());
            json.writeStringField("account", entry.account());
            json.writeStringField("principal", entry.principalArn());
            json.writeStringField("accessKeyId", entry.accessKeyId());
            json.writeStringField("sourceIp", entry.sourceIp());
            json.writeStringField("region", entry.region());
            json.writeStringField("service", entry.service());
            json.writeStringField("operation", entry.operation());
            json.writeStringField("code", entry.code());
            json.writeNumberField("status", entry.status());
            json.writeNumberField("micros", entry.duration().toNanos() / 1000);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return text.append('\n').toString();
    }
}
