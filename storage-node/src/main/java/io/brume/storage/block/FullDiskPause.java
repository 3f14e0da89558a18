package io.brume.storage.block;

import io.brume.storage.block.files.FullDiskException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one thread waits while the disk is full: first for an instant, then longer, at most half a
 * second. It tells once that it waits, and once that it does not any more.
 */
public final class FullDiskPause {
    private static final Logger LOG = LoggerFactory.getLogger(FullDiskPause.class);
    private static final long FIRST_NANOS = 2_000_000;
    private static final long LONGEST_NANOS = 500_000_000;

    private final String what;
    private long nanos;

    /**
     * @param what waits, for the log
     */
    FullDiskPause(String what) {
        this.what = what;
    }

    /** What a full disk may keep from being done. */
    @FunctionalInterface
    public interface Attempt<T> {
        T make() throws IOException;
    }

    /**
     * Tries again until there is space.
     *
     * @param what waits, for the log
     * @throws IOException any failure but a full disk
     */
    public static <T> T whenThereIsSpace(String what, Attempt<T> attempt) throws IOException {
        var pause = new FullDiskPause(what);
        while (true) {
            try {
                T made = attempt.make();
                pause.over();
                return made;
            } catch (IOException e) {
                if (!FullDiskException.is(e)) {
                    throw e;
                }
                pause.await(e);
            }
        }
    }

    /** Waits for a while, or until the thread is unparked. */
    void await(Exception why) {
        if (nanos == 0) {
            LOG.warn("the disk is full: {}: {}", what, why.getMessage());
        }
        nanos = nanos == 0 ? FIRST_NANOS : Math.min(2 * nanos, LONGEST_NANOS);
        LockSupport.parkNanos(nanos);
    }

    /** It was done. */
    void over() {
        if (nanos > 0) {
            LOG.info("there is space again: {}", what);
        }
        nanos = 0;
    }
}
