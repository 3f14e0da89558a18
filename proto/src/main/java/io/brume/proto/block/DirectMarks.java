package io.brume.proto.block;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a storage node shows to the agent of its host of one replica, in memory that both have:
 * which epoch may read past the node, and which blocks are in the segments' files and nowhere else.
 * A bit is missing wherever the node has not said so: then it has to be asked.
 *
 * <p>The node takes a block's bit away before it answers the change of it. Who reads looks at the
 * bits, reads, and then asks whether it still may; a newer epoch is shown before anything is
 * changed in it. Thread-safe.
 */
public final class DirectMarks {
    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int NONCE = 0;
    private static final int EPOCH = Long.BYTES;
    private static final int FIRST = 64;

    private final ByteBuffer memory;
    private final long blocks;

    /**
     * @param memory of {@link #bytes}, direct
     */
    public DirectMarks(ByteBuffer memory) {
        this.memory = requireNonNull(memory);
        this.blocks = Math.max(0, memory.capacity() - FIRST) / Long.BYTES * (long) Long.SIZE;
    }

    /** What it takes for so many blocks. */
    public static long bytes(long blocks) {
        return FIRST + (blocks + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /**
     * Begins to show: no block yet.
     *
     * @param nonce by which the other end knows that this is what it was told of
     */
    public void begin(long nonce, long epoch) {
        WORD.setVolatile(memory, NONCE, nonce);
        WORD.setVolatile(memory, EPOCH, epoch);
    }

    /** Whether it is what it should be. */
    public boolean isOf(long nonce) {
        return blocks > 0 && (long) WORD.getVolatile(memory, NONCE) == nonce;
    }

    /** Nobody may read any more. */
    public void end() {
        WORD.setVolatile(memory, EPOCH, 0L);
    }

    /** Whether what was read before this call counts. */
    public boolean mayRead(long epoch) {
        VarHandle.fullFence();
        return (long) WORD.getVolatile(memory, EPOCH) == epoch;
    }

    /** A block is in the segments; whoever says so knows that nobody changes that meanwhile. */
    public void set(long block) {
        if (block < blocks) {
            var _ = (long) WORD.getAndBitwiseOr(memory, at(block), 1L << block);
        }
    }

    /** Blocks may be elsewhere from now on; the end is not of them. */
    public void clear(long from, long to) {
        long end = Math.min(to, blocks);
        for (long block = from; block < end; ) {
            long next = Math.min(end, (block | Long.SIZE - 1) + 1);
            var _ = (long) WORD.getAndBitwiseAnd(memory, at(block), ~bits(block, next));
            block = next;
        }
    }

    /** Whether all blocks of a range are in the segments. */
    public boolean has(long from, long to) {
        if (to > blocks) {
            return false;
        }
        for (long block = from; block < to; ) {
            long next = Math.min(to, (block | Long.SIZE - 1) + 1);
            long bits = bits(block, next);
            if (((long) WORD.getVolatile(memory, at(block)) & bits) != bits) {
                return false;
            }
            block = next;
        }
        return true;
    }

    private static int at(long block) {
        return FIRST + (int) (block / Long.SIZE) * Long.BYTES;
    }

    /** Those of one word. */
    private static long bits(long from, long to) {
        return -1L >>> Long.SIZE - (to - from) << from;
    }
}
