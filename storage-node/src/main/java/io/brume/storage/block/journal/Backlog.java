package io.brume.storage.block.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which files of the log wait to be worked on, and which are free. A full file is worked on when
 * nobody is busy, or too many are full: so a burst is not slowed down by its own end, and what is
 * overwritten meanwhile is written once. Guarded by the journal's lock.
 */
final class Backlog {
    /** While writers are busy, one in so many files may be full without being worked on. */
    private static final int SHARE = 4;

    /** Without a record for so long, nobody is busy. */
    private static final long IDLE_NANOS = 100_000_000;

    /** One in so many of a file's bytes is worth its being finished when nobody is busy. */
    private static final int WORTH_SHARE = 16;

    /** What is to be done now. */
    enum Work {
        /** What is in the oldest file is to be made durable elsewhere. */
        APPLY,
        /** The log is to go on in another file, since much is in this one and nobody is busy. */
        FINISH_FILE,
        /** Whatever else there is. */
        OTHER,
        /** Not known yet: to be asked again. */
        ASK_AGAIN
    }

    private final GroupCommit commit;
    private final long worth;
    private final long mostFull;
    private final Condition room;
    private final Condition work;
    private final Deque<JournalFile> spare = new ArrayDeque<>();
    private long oldest;
    private long wanted;
    private boolean woken;
    private boolean closed;

    /**
     * @param size of a file; bytes
     */
    Backlog(ReentrantLock lock, GroupCommit commit, long size, int mostFiles) {
        this.commit = commit;
        this.worth = size / WORTH_SHARE;
        this.mostFull = mostFiles / SHARE;
        this.room = lock.newCondition();
        this.work = lock.newCondition();
    }

    /** The number of the oldest file that the log needs. */
    long oldest() {
        return oldest;
    }

    /** Everything before this file is not needed any more. */
    void needsFrom(long number) {
        oldest = number;
    }

    /** Files that can be written next. */
    int spares() {
        return spare.size();
    }

    /** A file that can be written next; null = writers have to wait. */
    @Nullable JournalFile takeSpare() {
        JournalFile next = spare.poll();
        if (next == null) {
            work.signalAll();
        }
        return next;
    }

    void addSpare(JournalFile file) {
        spare.add(file);
        room.signalAll();
    }

    /** Waits until there is a spare file. */
    void awaitSpare() {
        while (spare.isEmpty() && !isOver()) {
            room.awaitUninterruptibly();
        }
    }

    /** Bytes of blocks were appended to a file. */
    void added(JournalFile file, long bytes) {
        boolean before = isWorthIt(file);
        file.dataBytes += bytes;
        if (isWorthIt(file) != before) {
            work.signalAll();
        }
    }

    private boolean isWorthIt(JournalFile file) {
        return file.dataBytes >= worth;
    }

    /** Somebody waits for all files before this one to be worked on. */
    void want(long number) {
        wanted = number;
        work.signalAll();
    }

    /** Whether nobody waits for files that have not been worked on. */
    boolean isAllDone() {
        return oldest >= wanted;
    }

    /** There is something else to do. */
    void wake() {
        woken = true;
        work.signalAll();
    }

    /** Ends all waiting. */
    void signalAll() {
        room.signalAll();
        work.signalAll();
    }

    void close() {
        closed = true;
        signalAll();
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * What is to be done; waits a while if that is nothing.
     *
     * @param current the file that is being written
     * @param wait or answer at once
     */
    Work look(JournalFile current, boolean wait) {
        long full = current.number - oldest;
        if (full > 0 && (full > mostFull || spare.isEmpty() || oldest < wanted)) {
            return Work.APPLY;
        }
        if (woken || !wait) {
            woken = false;
            return Work.OTHER;
        }
        if (full == 0 && !isWorthIt(current)) {
            while (!woken && !isWorthIt(current) && !isOver()) {
                work.awaitUninterruptibly();
            }
            return Work.ASK_AGAIN;
        }
        if (!isIdle()) {
            return Work.ASK_AGAIN;
        }
        return full > 0 ? Work.APPLY : Work.FINISH_FILE;
    }

    /** Waits; whether nothing was appended meanwhile, and nobody wants anything. */
    private boolean isIdle() {
        long before = commit.appended();
        long left = IDLE_NANOS;
        try {
            while (left > 0 && isStill(before)) {
                left = work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return isStill(before);
    }

    private boolean isStill(long appended) {
        return commit.appended() == appended && !woken && !isOver();
    }

    private boolean isOver() {
        return closed || commit.failure() != null;
    }
}
