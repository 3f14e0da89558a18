package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Asks the in-sync replicas now and then which of their blocks they have found damaged, so that
 * what nobody reads is mended, too: before the last good copy goes. On the loop.
 */
final class DamageInquiry implements LinkRequest.Answered {
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    /** A replica tells no more at once. */
    private static final int MOST = 512;

    private final ReplicaSet replicas;
    private final BlockBuffers buffers;
    private final Repairs repairs;
    private long asked;

    /**
     * @param now the loop's time: the first question comes a while after
     */
    DamageInquiry(ReplicaSet replicas, BlockBuffers buffers, Repairs repairs, long now) {
        this.replicas = replicas;
        this.buffers = buffers;
        this.repairs = repairs;
        this.asked = now;
    }

    /** Asks when it is time. */
    void tick(long now) {
        if (now - asked < EVERY_NANOS) {
            return;
        }
        asked = now;
        for (ReplicaSlot slot : List.copyOf(replicas.all())) {
            // Without another copy there is nothing to mend it with.
            if (slot.inSync
                    && slot.isLive()
                    && slot.opening().tellsDamage()
                    && replicas.reader(slot.bit) != null) {
                ask(slot);
            }
        }
    }

    private void ask(ReplicaSlot slot) {
        ByteBuffer room = buffers.take(MOST * Long.BYTES);
        if (room != null) {
            LinkRequest request = slot.request(Operation.DAMAGED, 0, 0);
            request.data = room;
            request.size = MOST * Long.BYTES;
            request.borrowed = room;
            request.owner = this;
            slot.send(request);
        }
    }

    @Override
    public void answered(ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
        switch (status) {
            case OK -> {
                ByteBuffer data = request.data;
                for (int at = 0; data != null && at + Long.BYTES <= payload; at += Long.BYTES) {
                    long offset = data.getLong(at);
                    if (offset >= 0
                            && offset % Blocks.BLOCK == 0
                            && offset <= slot.sizeBytes - Blocks.BLOCK) {
                        repairs.damaged(slot.bit, offset, Blocks.BLOCK);
                    }
                }
            }
            case CORRUPT, IO_ERROR, NO_SPACE, BAD_REQUEST, BAD_SUM, SHORT_OF_SEQUENCE -> {}
            case STALE_EPOCH, NOT_HERE -> slot.refused(status);
        }
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest request) {
        // It is asked again in a while.
    }
}
