package io.brume.store.commit;

import io.brume.store.StoreUnavailableException;
import io.brume.store.machine.Outcome;
import io.brume.store.machine.Wire;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits that wait for a place in a log entry: bounded, and grouped into entries of bounded size.
 * Needs no thread of its own. Thread-safe.
 */
final class CommitQueue {
    /** How many commits may wait. */
    static final int MAX_WAITING = 16_384;

    /** How many commits share an entry at most. */
    static final int MAX_GROUP = 1_024;

    /** The size of an entry, which a single commit may exceed up to {@link #MAX_COMMIT_BYTES}. */
    static final int MAX_GROUP_BYTES = 1024 * 1024;

    /** The size of a commit; Raft's buffers are laid out for it. */
    static final int MAX_COMMIT_BYTES = 3 * 1024 * 1024;

    private final ArrayDeque<PendingCommit> waiting = new ArrayDeque<>();
    private boolean closed;

    /**
     * Puts a commit at the end.
     *
     * @throws StoreUnavailableException if the queue is full or closed
     */
    synchronized void add(PendingCommit commit) {
        if (closed) {
            throw new StoreUnavailableException("the store is closed");
        }
        if (waiting.size() == MAX_WAITING) {
            throw new StoreUnavailableException("too many commits are waiting");
        }
        waiting.add(commit);
        notifyAll();
    }

    /** The next group; empty if nothing waits. */
    synchronized List<PendingCommit> take() {
        List<PendingCommit> group = new ArrayList<>();
        int bytes = 0;
        PendingCommit next = waiting.peek();
        while (next != null && group.size() < MAX_GROUP) {
            bytes += next.commit().length;
            if (!group.isEmpty() && bytes > MAX_GROUP_BYTES) {
                break;
            }
            group.add(waiting.remove());
            next = waiting.peek();
        }
        return group;
    }

    /** The next group, for which it waits; empty only once the queue is closed. */
    synchronized List<PendingCommit> await() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return take();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    static byte[] entry(List<PendingCommit> group) {
        return Wire.entry(group.stream().map(PendingCommit::commit).toList());
    }

    /** Tells each commit of a group what became of it. */
    static void answer(List<PendingCommit> group, byte[] answer) {
        List<Outcome> outcomes = Wire.outcomes(answer);
        if (outcomes.size() != group.size()) {
            throw new IllegalArgumentException(
                    outcomes.size() + " outcomes for " + group.size() + " commits");
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).outcome().complete(outcomes.get(i));
        }
    }

    static void fail(List<PendingCommit> group, Throwable failure) {
        group.forEach(commit -> commit.outcome().completeExceptionally(failure));
    }
}
