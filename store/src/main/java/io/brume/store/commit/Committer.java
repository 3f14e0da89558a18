package io.brume.store.commit;

import io.brume.store.CommitOutcomeUnknownException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * The one thread that turns waiting commits into log entries. While an entry is on its way the next
 * group gathers, so that the more clients there are, the more share an entry and its fsync.
 */
final class Committer implements AutoCloseable {
    /**
     * Entries on their way at once: one being written and one behind it keep the disk busy; more
     * would only make the groups smaller.
     */
    private static final int IN_FLIGHT = 2;

    private final CommitQueue queue;
    private final ReplicatedLog log;
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final Thread thread;

    Committer(CommitQueue queue, ReplicatedLog log, String name) {
        this.queue = queue;
        this.log = log;
        this.thread = Thread.ofPlatform().name(name + "-committer").daemon().start(this::run);
    }

    private void run() {
        try {
            while (true) {
                permits.acquire();
                List<PendingCommit> group = queue.await();
                if (group.isEmpty()) {
                    return;
                }
                propose(group);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void propose(List<PendingCommit> group) {
        try {
            var _ =
                    log.append(CommitQueue.entry(group))
                            .whenComplete((answer, failure) -> finish(group, answer, failure));
        } catch (RuntimeException e) {
            permits.release();
            CommitQueue.fail(group, e);
        }
    }

    private void finish(List<PendingCommit> group, byte[] answer, Throwable failure) {
        permits.release();
        if (failure != null) {
            CommitQueue.fail(group, unwrap(failure));
            return;
        }
        try {
            CommitQueue.answer(group, answer);
        } catch (RuntimeException e) {
            CommitQueue.fail(
                    group, new CommitOutcomeUnknownException("the answer is not readable", e));
        }
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    /** Proposes what waits, and ends. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
