package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;

import io.brume.storage.block.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that gives back the space of deleted blobs, at a bounded rate. */
public final class BlobUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobUpkeep.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final DiskBlobs blobs;
    private final Pace pace;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    /** Works at once. */
    public BlobUpkeep(DiskBlobs blobs, Pace pace) {
        this.blobs = requireNonNull(blobs);
        this.pace = requireNonNull(pace);
        this.thread = Thread.ofPlatform().daemon().name("blob-upkeep").start(this::run);
    }

    private void run() {
        try {
            while (!end.await(step().toNanos(), TimeUnit.NANOSECONDS)) {
                // On.
            }
        } catch (InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        }
    }

    /** How long to wait then. */
    private Duration step() {
        if (blobs.failure().isPresent()) {
            return LOOK_EVERY;
        }
        try {
            long bytes = blobs.tidy();
            return bytes < 0 ? LOOK_EVERY : pace.use(bytes);
        } catch (IOException e) {
            LOG.warn("space of deleted blobs cannot be given back now: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.error("space of deleted blobs cannot be given back", e);
        }
        return LOOK_EVERY;
    }

    /** Waits for what it is at; the blobs may be closed afterwards. */
    @Override
    public void close() {
        end.countDown();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
