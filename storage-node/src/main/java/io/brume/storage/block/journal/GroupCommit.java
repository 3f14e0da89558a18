package io.brume.storage.block.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far the log goes, and how far it survives the loss of power. One fsync serves everybody who
 * waits for one. The first failure is the end: nobody tries an fsync again that has failed, since
 * the page cache has forgotten what it was for. Thread-safe.
 */
final class GroupCommit {
    private final LiveFiles live;
    private boolean committing;
    private volatile long synced;
    private volatile long appended;
    private volatile @Nullable IOException failure;
    private volatile Runnable whenFailed = () -> {};

    GroupCommit(LiveFiles live) {
        this.live = live;
    }

    /** Everything before this place is in the log. */
    long appended() {
        return appended;
    }

    void appended(long place) {
        appended = place;
    }

    /** Everything before this place survives the loss of power. */
    long synced() {
        return synced;
    }

    /** For who begins the log: what is before this place is durable, or not needed any more. */
    void synced(long place) {
        synced = place;
    }

    /** Returns when everything before a place survives the loss of power. */
    void sync(long before) throws IOException {
        if (synced >= before || !isTurn(before)) {
            return;
        }
        long end = appended;
        boolean done = false;
        try {
            live.force(synced, end);
            done = true;
        } catch (IOException e) {
            throw fail(e);
        } finally {
            synchronized (this) {
                if (done) {
                    synced = end;
                }
                committing = false;
                notifyAll();
            }
        }
    }

    /** Waits for the fsync of somebody else; whether that was not enough and nobody is at it. */
    private boolean isTurn(long before) throws IOException {
        boolean interrupted = false;
        try {
            synchronized (this) {
                while (committing && synced < before && failure == null) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                checkFailure();
                committing |= synced < before;
                return synced < before;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs something with each failure, before it is given back. */
    void whenFailed(Runnable task) {
        whenFailed = task;
    }

    /** Ends everything; gives what did so first. */
    IOException fail(IOException cause) {
        IOException first;
        synchronized (this) {
            first = failure == null ? cause : failure;
            failure = first;
            notifyAll();
        }
        whenFailed.run();
        return first;
    }

    @Nullable IOException failure() {
        return failure;
    }

    void checkFailure() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw new IOException("the journal has failed: " + cause.getMessage(), cause);
        }
    }
}
