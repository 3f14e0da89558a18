package io.brume.node.volume;

import io.brume.node.volume.ReplicaSlot.State;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.util.function.BiConsumer;

/**
 * The size of a volume, which only grows: each replica is told to grow first, and what clients see
 * follows when every replica that counts has grown. On the loop.
 */
final class Growth {
    private final ReplicaSet replicas;
    private final BiConsumer<ReplicaSlot, ReplicaOpening> usable;
    private final Runnable answered;
    private long wanted;
    private long sizeBytes;

    /**
     * @param sizeBytes to begin with
     * @param usable told of a replica that had to grow after it was opened, when it has
     * @param answered told when a replica has grown
     */
    Growth(
            ReplicaSet replicas,
            long sizeBytes,
            BiConsumer<ReplicaSlot, ReplicaOpening> usable,
            Runnable answered) {
        this.replicas = replicas;
        this.wanted = sizeBytes;
        this.sizeBytes = sizeBytes;
        this.usable = usable;
        this.answered = answered;
    }

    /** What clients see. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** The volume is to be so large from now on. */
    void want(long bytes) {
        wanted = bytes;
    }

    boolean isToGrow(ReplicaSlot slot) {
        return slot.sizeBytes < wanted;
    }

    /** Tells a replica that is connected. */
    void grow(ReplicaSlot slot) {
        long size = wanted;
        LinkRequest request = slot.request(Operation.RESIZE, size, 0);
        request.owner =
                new LinkRequest.Answered() {
                    @Override
                    public void answered(
                            ReplicaSlot from, LinkRequest part, BlockStatus status, int payload) {
                        if (status != BlockStatus.OK) {
                            slot.refused(status);
                            return;
                        }
                        slot.sizeBytes = Math.max(slot.sizeBytes, size);
                        if (slot.state() == State.OPENED) {
                            usable.accept(slot, slot.opening());
                        }
                        answered.run();
                    }

                    @Override
                    public void lost(ReplicaSlot from, LinkRequest part) {}
                };
        slot.send(request);
    }

    /**
     * Takes the wanted size over once all have it.
     *
     * @return whether the volume has grown
     */
    boolean settle() {
        if (wanted <= sizeBytes) {
            return false;
        }
        for (ReplicaSlot slot : replicas.all()) {
            if ((slot.inSync || slot.inStep) && isToGrow(slot)) {
                return false;
            }
        }
        sizeBytes = wanted;
        return true;
    }
}
