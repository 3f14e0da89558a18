package io.brume.node.volume;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The volume's own direct buffers: a bounded number of bytes, in three sizes. On the loop. */
final class BlockBuffers {
    private static final int SUMS = Blocks.MOST_DATA / Blocks.BLOCK * Long.BYTES;
    private static final int[] SIZES = {
        (16 << 10) + SUMS, (128 << 10) + SUMS, Blocks.MOST_DATA + SUMS
    };

    private final List<ArrayDeque<ByteBuffer>> idle =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private final Runnable whenFree;
    private long unused;
    private int lent;
    private boolean wanted;

    /**
     * @param bytes that all take together, at most
     * @param whenFree called, later than {@link #take} gave nothing, when there is one again
     */
    BlockBuffers(long bytes, Runnable whenFree) {
        this.unused = bytes;
        this.whenFree = whenFree;
    }

    /** A buffer of at least that size, or nothing when all are in use. */
    @Nullable ByteBuffer take(int size) {
        int kind = 0;
        while (SIZES[kind] < size) {
            kind++;
        }
        ByteBuffer known = idle.get(kind).poll();
        if (known == null) {
            if (unused < SIZES[kind] && !freeIdle(SIZES[kind])) {
                wanted = true;
                return null;
            }
            unused -= SIZES[kind];
            known = ByteBuffer.allocateDirect(SIZES[kind]);
        }
        lent++;
        return known.clear();
    }

    /** Gives up idle ones of other sizes; the collector frees them. */
    private boolean freeIdle(int size) {
        for (int kind = 0; kind < SIZES.length && unused < size; kind++) {
            while (unused < size && idle.get(kind).poll() != null) {
                unused += SIZES[kind];
            }
        }
        return unused >= size;
    }

    void giveBack(ByteBuffer buffer) {
        int kind = 0;
        while (SIZES[kind] < buffer.capacity()) {
            kind++;
        }
        idle.get(kind).push(buffer);
        lent--;
        if (wanted) {
            wanted = false;
            whenFree.run();
        }
    }

    /** Those in use. */
    int lent() {
        return lent;
    }
}
