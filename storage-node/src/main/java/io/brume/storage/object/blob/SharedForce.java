package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One fsync of a file for everybody who waits for one: who comes while one is running waits for the
 * next. A failure is for good, since the page cache has forgotten what it was for. Thread-safe.
 */
final class SharedForce {
    private final BlockFile file;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile long written;
    private volatile long durable;
    private volatile @Nullable IOException failure;

    /** Those who wait for the next fsync; guarded by this. */
    private @Nullable Waiters next;

    private static final class Waiters {
        private boolean done;

        synchronized void done() {
            done = true;
            notifyAll();
        }

        /** Waits on when interrupted: what was written cannot be taken back. */
        synchronized void await() {
            boolean interrupted = false;
            while (!done) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * @param durable how much of the file is durable already
     */
    SharedForce(BlockFile file, long durable) {
        this.file = file;
        this.durable = durable;
        this.written = durable;
    }

    /** Everything before this place was written. One thread at a time. */
    void written(long end) {
        written = end;
    }

    long durable() {
        return durable;
    }

    /** Returns when everything before a place that was written is durable. */
    void await(long end) throws IOException {
        if (durable >= end) {
            return;
        }
        Waiters mine;
        boolean leads = false;
        synchronized (this) {
            if (next == null) {
                next = new Waiters();
                leads = true;
            }
            mine = next;
        }
        if (leads) {
            lead(mine);
        } else {
            mine.await();
        }
        IOException cause = failure;
        if (cause != null && durable < end) {
            throw new IOException("what was written is not durable: " + cause.getMessage(), cause);
        }
    }

    private void lead(Waiters mine) {
        turn.lock();
        try {
            long end;
            synchronized (this) {
                next = null;
                end = written;
            }
            if (durable < end && failure == null) {
                file.force();
                durable = end;
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            turn.unlock();
            mine.done();
        }
    }
}
