package io.brume.control.api.ebs;

import io.brume.common.time.Time;
import io.brume.control.domain.snapshot.SnapshotId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which blocks are on their way to the nodes: no block is written twice at once, so that all nodes
 * end with the same one, and a snapshot is completed when none is under way. Of one control plane:
 * with several, the one that takes these calls must be one. Thread-safe.
 */
final class WritesUnderWay {
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Map<SnapshotId, Set<Integer>> blocks = new HashMap<>();
    private final Set<SnapshotId> sealing = new HashSet<>();

    WritesUnderWay(Time time) {
        this.time = time;
    }

    /** Begins to write a block, unless it is being written or the snapshot being completed. */
    boolean begin(SnapshotId snapshot, int index) {
        lock.lock();
        try {
            return !sealing.contains(snapshot)
                    && blocks.computeIfAbsent(snapshot, _ -> new HashSet<>()).add(index);
        } finally {
            lock.unlock();
        }
    }

    /** A block that was begun is written, or is not. */
    void end(SnapshotId snapshot, int index) {
        lock.lock();
        try {
            var writes = blocks.get(snapshot);
            if (writes != null && writes.remove(index) && writes.isEmpty()) {
                blocks.remove(snapshot);
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets no more blocks of a snapshot begin, and waits for those under way.
     *
     * @return whether none is; otherwise, or when another call does so already, blocks may begin
     */
    boolean seal(SnapshotId snapshot, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            if (!sealing.add(snapshot)) {
                return false;
            }
            long began = time.nanos();
            while (blocks.containsKey(snapshot)) {
                long left = patience.minus(time.since(began)).toNanos();
                if (left <= 0) {
                    sealing.remove(snapshot);
                    return false;
                }
                // Whether woken or not, what counts is looked at again.
                var _ = ended.await(left, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            sealing.remove(snapshot);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #seal} kept back may begin, and finds out what has become of the snapshot. */
    void unseal(SnapshotId snapshot) {
        lock.lock();
        try {
            sealing.remove(snapshot);
        } finally {
            lock.unlock();
        }
    }
}
