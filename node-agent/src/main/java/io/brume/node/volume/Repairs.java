package io.brume.node.volume;

import io.brume.node.volume.BlockCopy.Outcome;
import io.brume.node.volume.VolumeStatus.Phase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes replicas equal while clients go on: whole replicas that are brought in step, and
 * single blocks that a reader found damaged. Holds back only those writes that are in its way, and
 * copies no more a second than it may. On the loop.
 */
final class Repairs implements Rebuild.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);
    private static final long BUSY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_REPAIRS = 64;

    /** The volume that is repaired. */
    interface Owner {
        Phase phase();

        long sizeBytes();

        /** The status may have changed. */
        void changed();
    }

    private final EventLoop loop;
    private final CoordinatorOptions options;
    private final ReplicaSet replicas;
    private final RequestFlow flow;
    private final Owner owner;
    private final RateLimit limit;
    private long lastClientNanos = Long.MIN_VALUE;
    private int repairs;

    Repairs(
            EventLoop loop,
            CoordinatorOptions options,
            ReplicaSet replicas,
            RequestFlow flow,
            Owner owner) {
        this.loop = loop;
        this.options = options;
        this.replicas = replicas;
        this.flow = flow;
        this.owner = owner;
        this.limit = new RateLimit(options.rebuildBytesPerSecond(), loop.nanos());
    }

    /** A client uses the volume, which slows rebuilds. */
    void clientCame() {
        lastClientNanos = loop.nanos();
    }

    // ---- whole replicas ----

    /** Begins to bring a replica in step that has just been opened. */
    void begin(ReplicaSlot slot) {
        slot.live();
        var rebuild = new Rebuild(slot, loop, flow.buffers(), options.rebuildChunks(), this);
        slot.rebuild = rebuild;
        rebuild.start();
    }

    /** Ends a rebuild, if there is one, and waits for that replica no more. */
    void stop(ReplicaSlot slot) {
        Rebuild rebuild = slot.rebuild;
        slot.rebuild = null;
        if (rebuild != null) {
            rebuild.stop();
        }
        if (slot.inStep) {
            slot.inStep = false;
            flow.changes().forget(slot);
        }
    }

    /**
     * A replica is to be in the set from now on: its rebuild is over.
     *
     * @return whether it is in step
     */
    boolean conclude(ReplicaSlot slot) {
        Rebuild rebuild = slot.rebuild;
        boolean ready = rebuild != null && rebuild.isFinished() && slot.isLive();
        slot.rebuild = null;
        if (rebuild != null) {
            rebuild.stop();
        }
        return ready;
    }

    @Override
    public VolumeRequest lock(long offset, long length, Runnable locked) {
        return flow.lock(offset, length, locked);
    }

    @Override
    public void unlock(VolumeRequest lock) {
        flow.unlock(lock);
    }

    @Override
    public long oldestChange() {
        return flow.changes().oldest();
    }

    @Override
    public long nextSequence() {
        return flow.changes().nextSequence();
    }

    @Override
    public @Nullable ReplicaSlot source() {
        return owner.phase() == Phase.SERVING ? replicas.reader(0) : null;
    }

    @Override
    public long sizeBytes() {
        return owner.sizeBytes();
    }

    @Override
    public long pauseNanos(int bytes) {
        long now = loop.nanos();
        boolean busy = lastClientNanos != Long.MIN_VALUE && now - lastClientNanos < BUSY_NANOS;
        limit.change(busy ? options.rebuildBytesPerSecondBusy() : options.rebuildBytesPerSecond());
        long pause = limit.pauseNanos(now);
        if (pause == 0) {
            limit.take(bytes);
        }
        return pause;
    }

    @Override
    public void changed() {
        owner.changed();
    }

    // ---- single blocks ----

    /** Writes blocks anew on replicas where they are damaged, from one that has good ones. */
    void damaged(int slots, long offset, long length) {
        if (repairs >= MOST_REPAIRS) {
            return;
        }
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            if ((slot.bit & slots) != 0) {
                repairs++;
                LOG.warn("{}: writes damaged blocks at {} anew", slot, offset);
                repair(slot, offset, (int) length);
            }
        }
    }

    private void repair(ReplicaSlot slot, long offset, int length) {
        var lock = new VolumeRequest[1];
        lock[0] =
                lock(
                        offset,
                        length,
                        () -> {
                            ReplicaSlot source = replicas.reader(slot.bit);
                            if (source == null || owner.phase() != Phase.SERVING) {
                                repaired(slot, lock[0], Outcome.FAILED);
                                return;
                            }
                            new BlockCopy(
                                            flow.buffers(),
                                            List.of(slot),
                                            offset,
                                            length,
                                            true,
                                            () -> owner.phase() != Phase.SERVING,
                                            outcome -> repaired(slot, lock[0], outcome))
                                    .start(source);
                        });
    }

    private void repaired(ReplicaSlot slot, VolumeRequest lock, Outcome outcome) {
        repairs--;
        if (outcome != Outcome.COPIED) {
            LOG.warn("{}: damaged blocks are left for the next reader: {}", slot, outcome);
        }
        unlock(lock);
    }
}
