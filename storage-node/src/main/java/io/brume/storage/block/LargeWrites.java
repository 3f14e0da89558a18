package io.brume.storage.block;

import io.brume.storage.block.ReplicaChanges.Standing;
import io.brume.storage.block.files.FullDiskException;
import io.brume.storage.block.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Large writes of one replica that have begun: their intention is in the journal, their bytes are
 * not in the segments yet. Whoever waits for one does all that there are by then, so that one fsync
 * of the journal serves them all, and the fsync of one batch is the time in which the next one
 * gathers. A full disk makes them wait: what they intend is in the journal already, and nobody can
 * take that back. Thread-safe; needs no lock of the replica but the one for applying.
 */
final class LargeWrites {
    private final Journal journal;
    private final ReplicaApplier applier;
    private final Standing standing;
    private List<LargeWrite> waiting = new ArrayList<>();
    private List<LargeWrite> underWay = List.of();

    /** The place of the newest one that ever began. */
    private long newest = -1;

    /**
     * @param standing whether the replica is there still
     */
    LargeWrites(Journal journal, ReplicaApplier applier, Standing standing) {
        this.journal = journal;
        this.applier = applier;
        this.standing = standing;
    }

    /** One of them; its buffers are its own until it is finished. */
    static final class LargeWrite {
        private final long place;
        private final long block;
        private final long end;
        private final ByteBuffer sums;
        private final ByteBuffer bytes;
        private boolean finished;
        private @Nullable IOException failure;

        /**
         * @param place of its intention
         * @param end the first block behind it
         */
        LargeWrite(long place, long block, long end, ByteBuffer sums, ByteBuffer bytes) {
            this.place = place;
            this.block = block;
            this.end = end;
            this.sums = sums;
            this.bytes = bytes;
        }
    }

    /** Its intention has been appended, after those of all that have begun before. */
    synchronized void begin(LargeWrite write) {
        waiting.add(write);
        newest = write.place;
    }

    /** Whether one that is not finished has a block of a range. */
    synchronized boolean touches(long from, long to) {
        return touches(waiting, from, to) || touches(underWay, from, to);
    }

    private static boolean touches(List<LargeWrite> writes, long from, long to) {
        for (LargeWrite write : writes) {
            if (write.block < to && from < write.end) {
                return true;
            }
        }
        return false;
    }

    /** Every INTENT before this place of the journal has its bytes in the segments. */
    synchronized long finishedBefore() {
        if (!underWay.isEmpty()) {
            return underWay.getFirst().place;
        }
        return waiting.isEmpty() ? newest + 1 : waiting.getFirst().place;
    }

    /** Returns when one is in the segments. */
    void finish(LargeWrite write) throws IOException {
        List<LargeWrite> batch = take(write);
        while (!batch.isEmpty()) {
            finish(batch);
            batch = take(write);
        }
        synchronized (this) {
            if (write.failure != null) {
                throw write.failure;
            }
        }
    }

    /** Returns when all that have begun before are in the segments. */
    void finishAll() throws IOException {
        LargeWrite last;
        synchronized (this) {
            if (!waiting.isEmpty()) {
                last = waiting.getLast();
            } else if (!underWay.isEmpty()) {
                last = underWay.getLast();
            } else {
                return;
            }
        }
        finish(last);
    }

    /** Waits for who is at work; all that wait then, or nothing when the one is finished. */
    private synchronized List<LargeWrite> take(LargeWrite write) {
        boolean interrupted = false;
        while (!write.finished && !underWay.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (write.finished) {
            return List.of();
        }
        underWay = waiting;
        waiting = new ArrayList<>();
        return underWay;
    }

    private void finish(List<LargeWrite> batch) {
        IOException failure = null;
        boolean made = false;
        try {
            journal.sync(journal.appended());
            for (LargeWrite write : batch) {
                writeInPlace(write);
            }
            made = true;
        } catch (IOException e) {
            failure = e;
        } finally {
            finished(batch, made, failure);
        }
    }

    /** One that is only half there ends the store: nobody may take it for whole. */
    private void finished(List<LargeWrite> batch, boolean made, @Nullable IOException failure) {
        IOException first = null;
        if (!made) {
            first =
                    journal.fail(
                            failure == null
                                    ? new IOException("a large write was broken off")
                                    : failure);
        }
        synchronized (this) {
            for (LargeWrite write : batch) {
                write.finished = true;
                write.failure = first == null ? write.failure : first;
            }
            underWay = List.of();
            notifyAll();
        }
    }

    /** Returns when the bytes are there, or the replica is not. */
    private void writeInPlace(LargeWrite write) throws IOException {
        IOException full = tryWriteInPlace(write);
        if (full == null) {
            return;
        }
        var pause = new FullDiskPause("a large write waits");
        while (full != null) {
            pause.await(full);
            journal.checkOpen();
            try {
                standing.check();
            } catch (ReplicaException e) {
                refuse(write, e);
                return;
            }
            full = tryWriteInPlace(write);
        }
        pause.over();
    }

    private synchronized void refuse(LargeWrite write, ReplicaException why) {
        write.failure = new IOException("a large write waited for space until the end", why);
    }

    /** Why it has to wait; a part may be written then. */
    private @Nullable IOException tryWriteInPlace(LargeWrite write) throws IOException {
        int sums = write.sums.position();
        int endOfSums = write.sums.limit();
        int bytes = write.bytes.position();
        int endOfBytes = write.bytes.limit();
        try {
            applier.writeInPlace(write.block, write.sums, write.bytes);
            return null;
        } catch (IOException e) {
            if (!FullDiskException.is(e)) {
                throw e;
            }
            write.sums.limit(endOfSums).position(sums);
            write.bytes.limit(endOfBytes).position(bytes);
            return e;
        }
    }
}
