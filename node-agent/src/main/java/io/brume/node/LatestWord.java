package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Backoff;
import io.brume.common.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thing with one owner: a virtual thread that makes the latest word on it true, and tries again
 * after a growing pause when that fails. A word that nobody has acted on yet is replaced by a newer
 * one. The methods that other threads call return at once.
 *
 * @param <W> a word: how the thing is to be
 */
abstract class LatestWord<W> {
    private static final Logger LOG = LoggerFactory.getLogger(LatestWord.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    protected final String id;
    private final Backoff backoff;
    private final Thread thread;
    private final Time time = Time.system();
    private @Nullable W word;
    private boolean released;
    private boolean closed;

    LatestWord(String id, RandomGenerator random) {
        this.id = requireNonNull(id);
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        this.thread = Thread.ofVirtual().name(id).unstarted(this::run);
    }

    final void start() {
        thread.start();
    }

    final synchronized void want(W newer) {
        word = newer;
        released = false;
        notifyAll();
    }

    /** An older word once more, unless a newer one waits. */
    protected final synchronized void wantAgain(W older) {
        if (word == null && !released) {
            word = older;
            notifyAll();
        }
    }

    final synchronized void release() {
        released = true;
        word = null;
        notifyAll();
        interruptWork();
    }

    final synchronized void close() {
        closed = true;
        notifyAll();
    }

    final void join(Duration most) throws InterruptedException {
        thread.join(most);
    }

    protected final synchronized boolean isReleased() {
        return released;
    }

    /** Called when a release should not have to wait for long work; under this object's lock. */
    protected void interruptWork() {}

    /**
     * Makes a word true.
     *
     * @param attempt 1 for the first
     * @return whether that is all; false to try again after a pause
     */
    protected abstract boolean apply(W current, int attempt) throws InterruptedException;

    /** Removes the thing from the host. */
    protected abstract void remove() throws IOException, InterruptedException;

    /** The thing is gone. */
    protected abstract void removed();

    private void run() {
        try {
            int attempt = 0;
            @Nullable W current = null;
            while (true) {
                @Nullable W newer = next(current != null || attempt < 0, attempt);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                }
                if (isReleased()) {
                    if (tryRemove()) {
                        removed();
                        return;
                    }
                    attempt = -1;
                    current = null;
                    continue;
                }
                if (newer != null) {
                    current = newer;
                    attempt = 0;
                    backoff.reset();
                }
                if (current != null) {
                    attempt++;
                    if (apply(current, attempt)) {
                        current = null;
                        attempt = 0;
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: its owner ends", id);
        }
    }

    private boolean tryRemove() throws InterruptedException {
        try {
            remove();
            return true;
        } catch (IOException e) {
            LOG.warn("{}: cannot be removed yet: {}", id, e.toString());
            return false;
        }
    }

    /** The next word, or nothing: after a pause, a release or the end. */
    private synchronized @Nullable W next(boolean again, int attempt) throws InterruptedException {
        if (again) {
            long started = time.nanos();
            Duration pause = backoff.next();
            Duration left = pause;
            while (word == null && !closed && !(released && attempt >= 0) && left.isPositive()) {
                wait(left.toMillis() + 1);
                left = pause.minus(time.since(started));
            }
        }
        while (!again && word == null && !released && !closed) {
            wait();
        }
        @Nullable W newer = word;
        word = null;
        return newer;
    }
}
