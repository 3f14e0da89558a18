package io.brume.node.volume;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies a range from one replica to others, without a number: it changes nothing that the volume
 * says. Whoever starts it keeps writes away from the range. On the loop.
 */
final class BlockCopy implements LinkRequest.Answered {
    /** How it went. */
    enum Outcome {
        COPIED,
        /** The source's bytes are damaged. */
        DAMAGED,
        /** A replica failed on the way. */
        FAILED,
        /** No buffer is free. */
        BUSY
    }

    /** Told once, when no buffer is in use any more. */
    interface Listener {
        void copied(Outcome outcome);
    }

    private final BlockBuffers buffers;
    private final List<ReplicaSlot> targets;
    private final long offset;
    private final int length;
    private final boolean durable;
    private final BooleanSupplier stopped;
    private final Listener listener;
    private @Nullable ByteBuffer buffer;
    private Outcome outcome = Outcome.COPIED;
    private int pending;
    private int attempts;

    /**
     * @param length whole blocks, at most {@link Blocks#MOST_DATA}
     * @param stopped whether the range is not kept any more, so that nothing may be written
     */
    BlockCopy(
            BlockBuffers buffers,
            List<ReplicaSlot> targets,
            long offset,
            int length,
            boolean durable,
            BooleanSupplier stopped,
            Listener listener) {
        this.buffers = buffers;
        this.targets = targets;
        this.offset = offset;
        this.length = length;
        this.durable = durable;
        this.stopped = stopped;
        this.listener = listener;
    }

    void start(ReplicaSlot source) {
        if (!source.isConnected()) {
            listener.copied(Outcome.FAILED);
            return;
        }
        buffer = buffers.take(sumsSize() + length);
        if (buffer == null) {
            listener.copied(Outcome.BUSY);
            return;
        }
        read(source);
    }

    /** Writes zeros; nothing has to be read for that. */
    void startZero() {
        pending++;
        for (ReplicaSlot target : targets) {
            zero(target, offset, length);
        }
        end();
    }

    private int sumsSize() {
        return length / Blocks.BLOCK * Long.BYTES;
    }

    private ByteBuffer buffer() {
        ByteBuffer known = buffer;
        if (known == null) {
            throw new IllegalStateException("no buffer");
        }
        return known;
    }

    private void read(ReplicaSlot source) {
        LinkRequest request = source.request(Operation.READ, offset, length);
        request.carry(buffer(), buffer(), sumsSize(), length);
        request.owner = this;
        pending++;
        source.send(request);
    }

    @Override
    public void answered(ReplicaSlot slot, LinkRequest request, BlockStatus status, int payload) {
        if (request.operation == Operation.READ) {
            wasRead(slot, status, payload);
        } else if (status != BlockStatus.OK) {
            outcome = Outcome.FAILED;
            slot.refused(status);
        }
        end();
    }

    private void wasRead(ReplicaSlot source, BlockStatus status, int payload) {
        if (status == BlockStatus.CORRUPT || status == BlockStatus.IO_ERROR) {
            outcome = Outcome.DAMAGED;
        } else if (status != BlockStatus.OK) {
            outcome = Outcome.FAILED;
            source.refused(status);
        } else if (stopped.getAsBoolean()) {
            outcome = Outcome.FAILED;
        } else if (payload == 0) {
            for (ReplicaSlot target : targets) {
                zero(target, offset, length);
            }
        } else if (BlockSums.verify(buffer(), sumsSize(), length, buffer())) {
            for (ReplicaSlot target : targets) {
                writeRuns(target);
            }
        } else if (++attempts < 3) {
            read(source);
        } else {
            outcome = Outcome.FAILED;
            source.fail("damages what it sends");
        }
    }

    private void writeRuns(ReplicaSlot target) {
        int blocks = length / Blocks.BLOCK;
        for (int block = 0; block < blocks; ) {
            int from = block;
            boolean zeros = isZero(from);
            while (block < blocks && isZero(block) == zeros) {
                block++;
            }
            long at = offset + (long) from * Blocks.BLOCK;
            int size = (block - from) * Blocks.BLOCK;
            if (zeros) {
                zero(target, at, size);
            } else if (target.isConnected()) {
                LinkRequest request = target.request(Operation.WRITE, at, size);
                request.carry(buffer(), buffer(), sumsSize() + from * Blocks.BLOCK, size);
                request.sumsStart = from * Long.BYTES;
                write(target, request);
            } else {
                outcome = Outcome.FAILED;
            }
        }
    }

    private boolean isZero(int block) {
        return buffer().getLong(block * Long.BYTES) == Blocks.NEVER_WRITTEN;
    }

    private void zero(ReplicaSlot target, long at, int size) {
        if (target.isConnected()) {
            write(target, target.request(Operation.ZERO, at, size));
        } else {
            outcome = Outcome.FAILED;
        }
    }

    private void write(ReplicaSlot target, LinkRequest request) {
        request.owner = this;
        if (durable) {
            request.flags |= RequestHeader.FUA;
        }
        pending++;
        target.send(request);
    }

    @Override
    public void lost(ReplicaSlot slot, LinkRequest request) {
        outcome = Outcome.FAILED;
        end();
    }

    private void end() {
        pending--;
        if (pending == 0) {
            ByteBuffer known = buffer;
            buffer = null;
            if (known != null) {
                buffers.giveBack(known);
            }
            listener.copied(outcome);
        }
    }
}
