package io.brume.node.owner;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Backoff;
import io.brume.common.time.Time;
import io.brume.proto.node.v1.Desired;
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
 */
public abstract class LatestWord implements Owner {
    private static final Logger LOG = LoggerFactory.getLogger(LatestWord.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    protected final String id;
    private final Backoff backoff;
    private volatile @Nullable Thread thread;
    private final Time time = Time.system();
    private @Nullable Desired word;
    private boolean released;
    private boolean closed;

    protected LatestWord(String id, RandomGenerator random) {
        this.id = requireNonNull(id);
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    }

    /** Whose owner this is. */
    public final String id() {
        return id;
    }

    @Override
    public final void start() {
        thread = Thread.ofVirtual().name(id).start(this::run);
    }

    @Override
    public final void want(Desired newer) {
        synchronized (this) {
            word = newer;
            released = false;
            notifyAll();
        }
        heard(newer);
    }

    /** An older word once more, unless a newer one waits. */
    protected final synchronized void wantAgain(Desired older) {
        if (word == null && !released) {
            word = older;
            notifyAll();
        }
    }

    @Override
    public final synchronized void release() {
        released = true;
        word = null;
        notifyAll();
        interruptWork();
    }

    @Override
    public final synchronized void close() {
        closed = true;
        notifyAll();
    }

    @Override
    public final void join(Duration most) throws InterruptedException {
        var running = thread;
        if (running != null) {
            running.join(most);
        }
    }

    protected final synchronized boolean isReleased() {
        return released;
    }

    /** Called with each new word by whoever gives it, before it is made true; returns at once. */
    protected void heard(Desired newer) {}

    /** Called when a release should not have to wait for long work; under this object's lock. */
    protected void interruptWork() {}

    /**
     * Makes a word true.
     *
     * @param attempt 1 for the first
     * @return whether that is all; false to try again after a pause
     */
    protected abstract boolean apply(Desired current, int attempt) throws InterruptedException;

    /** Removes the thing from the host. */
    protected abstract void remove() throws IOException, InterruptedException;

    /** The thing is gone. */
    protected abstract void removed();

    private void run() {
        try {
            int attempt = 0;
            @Nullable Desired current = null;
            while (true) {
                @Nullable Desired newer = next(current != null || attempt < 0, attempt);
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
    private synchronized @Nullable Desired next(boolean again, int attempt)
            throws InterruptedException {
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
        @Nullable Desired newer = word;
        word = null;
        return newer;
    }
}
