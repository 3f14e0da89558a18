package io.brume.common.concurrent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does something again and again until it is closed; what fails is logged, and tried
 * again. It is never interrupted, since that would end what a disk is at. Thread-safe.
 */
public final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Duration every;
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** What is done. */
    @FunctionalInterface
    public interface Step {
        /**
         * Does it once; looks at {@link #isClosed} and uses {@link #pause} when that takes long.
         */
        void run() throws Exception;
    }

    /**
     * @param every how long it waits between the steps
     */
    public Background(String name, Duration every) {
        this.name = name;
        this.every = every;
    }

    /** Begins; once. */
    public synchronized void start(Step step) {
        if (thread != null) {
            throw new IllegalStateException(name + " has begun already");
        }
        thread = Thread.ofPlatform().daemon().name(name).start(() -> run(step));
    }

    private void run(Step step) {
        try {
            do {
                try {
                    step.run();
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    LOG.error("{} has failed, and goes on", name, e);
                }
            } while (!pause(every));
        } catch (InterruptedException e) {
            // Nobody does, but the program may end so.
            Thread.currentThread().interrupt();
        }
    }

    /** Waits; whether it was closed meanwhile, or before. */
    public boolean pause(Duration duration) throws InterruptedException {
        return end.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether it is to end. */
    public boolean isClosed() {
        return end.getCount() == 0;
    }

    /** It is to end soon; {@link #close} waits for that. */
    public void closing() {
        end.countDown();
    }

    /** Ends it, and waits for the step that it is at, for ten seconds at most. */
    @Override
    public void close() {
        end.countDown();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        try {
            if (running != null && !running.join(PATIENCE)) {
                LOG.warn("{} does not end", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
