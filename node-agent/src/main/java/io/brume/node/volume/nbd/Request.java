package io.brume.node.volume.nbd;

import io.brume.node.volume.BlockDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that the device has, and what is known of its answer. Used again and again. */
final class Request implements BlockDevice.Done, BlockDevice.Extents {
    private static final int MOST_PARTS = Nbd.MAX_BLOCK / BufferPool.LARGEST + 1;

    final Transmission transmission;
    long cookie;
    int command;
    int flags;
    long offset;
    int length;

    /** Parts that are not done. */
    int left;

    /** The first error of its parts. */
    int error;

    /** Whether it is a write that did not come whole, and is not answered. */
    boolean cut;

    /** The parts of a simple answer, which goes out as a whole; made when first needed. */
    private @Nullable PooledBuffer @Nullable [] held;

    Request(Transmission transmission) {
        this.transmission = transmission;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /**
     * How many parts the device gets it in. They end at the same distance from whole blocks of 4
     * KiB, so that none touches more blocks than a frame of the block protocol carries.
     */
    static int parts(long offset, int length) {
        return (lead(offset) + length + BufferPool.LARGEST - 1) / BufferPool.LARGEST;
    }

    private static int lead(long offset) {
        return (int) (offset & (Nbd.PREFERRED_BLOCK - 1));
    }

    int parts() {
        return parts(offset, length);
    }

    private int startOf(int part) {
        return Math.max(0, part * BufferPool.LARGEST - lead(offset));
    }

    long offsetOf(int part) {
        return offset + startOf(part);
    }

    int lengthOf(int part) {
        return Math.min(length, (part + 1) * BufferPool.LARGEST - lead(offset)) - startOf(part);
    }

    void hold(PooledBuffer buffer) {
        if (held == null) {
            held = new PooledBuffer[MOST_PARTS];
        }
        held[buffer.part] = buffer;
    }

    @Nullable PooledBuffer unhold(int part) {
        if (held == null) {
            return null;
        }
        PooledBuffer buffer = held[part];
        held[part] = null;
        return buffer;
    }

    void partDone(PooledBuffer buffer, int result) {
        transmission.partDone(this, buffer, result);
    }

    @Override
    public void done(int result) {
        transmission.done(this, result);
    }

    @Override
    public void done(int result, List<BlockDevice.Extent> extents) {
        transmission.extents(this, result, extents);
    }
}
