package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings one replica in step while clients go on.
 *
 * <pre>
 *   waits until every change is finished that the replica was not sent
 *   → compares and copies ({@link Comparison})
 *   → every new change waits for it, too; waits for those that it has still to answer
 *   → flushes → in step
 * </pre>
 */
final class Rebuild implements Comparison.Owner, LinkRequest.Answered {
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration WAIT = Duration.ofMillis(5);

    /** The volume that it is part of. */
    interface Owner {
        /** Keeps writes away from a range until {@link #unlock}. */
        VolumeRequest lock(long offset, long length, Runnable locked);

        void unlock(VolumeRequest lock);

        long oldestChange();

        long nextSequence();

        @Nullable ReplicaSlot source();

        long sizeBytes();

        long pauseNanos(int bytes);

        void changed();
    }

    private final ReplicaSlot slot;
    private final EventLoop loop;
    private final BlockBuffers buffers;
    private final int chunks;
    private final Owner owner;
    private final Map<Long, VolumeRequest> locks = new HashMap<>();
    private @Nullable Comparison comparison;
    private final long from;
    private int percent;
    private boolean finished;
    private boolean over;

    Rebuild(ReplicaSlot slot, EventLoop loop, BlockBuffers buffers, int chunks, Owner owner) {
        this.slot = slot;
        this.loop = loop;
        this.buffers = buffers;
        this.chunks = chunks;
        this.owner = owner;
        this.from = owner.nextSequence();
    }

    int percent() {
        return percent;
    }

    /** Whether the replica may be in the set. */
    boolean isFinished() {
        return finished;
    }

    void start() {
        if (over) {
            return;
        }
        ReplicaSlot source = owner.source();
        if (source == null || owner.oldestChange() < from) {
            loop.after(WAIT, this::start);
            return;
        }
        comparison =
                new Comparison(
                        loop, buffers, List.of(source, slot), owner.sizeBytes(), chunks, this);
        comparison.start();
    }

    /** The replica is gone, or not to be rebuilt any more. */
    void stop() {
        over = true;
        finished = false;
        Comparison known = comparison;
        if (known != null) {
            known.stop();
        }
        List<VolumeRequest> held = List.copyOf(locks.values());
        locks.clear();
        held.forEach(owner::unlock);
    }

    @Override
    public boolean mayAskOthers() {
        return false;
    }

    @Override
    public void lock(long offset, long length, Runnable locked) {
        locks.put(offset, owner.lock(offset, length, locked));
    }

    @Override
    public void unlock(long offset) {
        VolumeRequest lock = locks.remove(offset);
        if (lock != null) {
            owner.unlock(lock);
        }
    }

    @Override
    public long pauseNanos(int bytes) {
        return owner.pauseNanos(bytes);
    }

    @Override
    public void progress(int done) {
        if (done != percent) {
            percent = done;
            owner.changed();
        }
    }

    @Override
    public void failed(String reason) {
        List<VolumeRequest> held = List.copyOf(locks.values());
        locks.clear();
        held.forEach(owner::unlock);
        if (!over) {
            loop.after(AGAIN, this::start);
        }
    }

    @Override
    public void equal() {
        if (!over) {
            slot.inStep = true;
            drain();
        }
    }

    private void drain() {
        if (over) {
            return;
        }
        if (slot.lagging > 0) {
            loop.after(WAIT, this::drain);
            return;
        }
        LinkRequest flush = slot.request(Operation.FLUSH, 0, 0);
        flush.owner = this;
        slot.send(flush);
    }

    @Override
    public void answered(ReplicaSlot from, LinkRequest request, BlockStatus status, int payload) {
        if (status != BlockStatus.OK) {
            slot.refused(status);
        } else if (!over) {
            finished = true;
            percent = 100;
            slot.recovered();
            owner.changed();
        }
    }

    @Override
    public void lost(ReplicaSlot from, LinkRequest request) {
        // The slot tells the volume, which stops this.
    }
}
