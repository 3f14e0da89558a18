package io.brume.common.lifecycle;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a program, started in order and stopped in reverse, once, however the end comes: by
 * {@link #close()}, by SIGTERM or by a part that fails to start. Thread-safe.
 */
public final class Lifecycle implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private record Part(String name, AutoCloseable stop) {}

    /** Makes and starts a part. */
    @FunctionalInterface
    public interface Starter<T> {
        T start() throws Exception;
    }

    private final String program;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    /**
     * Nothing runs yet.
     *
     * @param program for the log
     */
    public Lifecycle(String program) {
        this.program = requireNonNull(program);
    }

    /**
     * Starts a part that is stopped by closing it.
     *
     * @throws Exception what starting threw, after every part before it was stopped
     */
    public <T extends AutoCloseable> T start(String name, Starter<T> starter) throws Exception {
        try {
            T part = starter.start();
            onStop(name, part);
            return part;
        } catch (Exception e) {
            LOG.error("{}: {} did not start: {}", program, name, e.toString());
            close();
            throw e;
        }
    }

    /** Remembers how to stop what is running already. Stopped at once when all else is. */
    public void onStop(String name, AutoCloseable stop) {
        requireNonNull(stop);
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                parts.push(new Part(name, stop));
            }
        }
        if (late) {
            stop(new Part(name, stop));
        }
    }

    /** Stops everything when the process is asked to end. */
    public void stopAtShutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, program + "-shutdown"));
    }

    /** Waits until everything has been stopped. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        while (true) {
            Part last;
            synchronized (this) {
                last = parts.poll();
            }
            if (last == null) {
                break;
            }
            stop(last);
        }
        ended.countDown();
    }

    private void stop(Part part) {
        try {
            part.stop().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("{}: interrupted while stopping {}", program, part.name());
        } catch (Exception e) {
            LOG.warn("{}: {} did not stop cleanly", program, part.name(), e);
        }
    }
}
