package io.brume.node.volume;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;

/** Sums of the blocks of a buffer. */
final class BlockSums {
    private BlockSums() {}

    /**
     * Computes them.
     *
     * @param sums gets eight bytes a block, from its beginning
     */
    static void compute(ByteBuffer data, int start, int size, ByteBuffer sums) {
        int position = data.position();
        int limit = data.limit();
        data.limit(start + size).position(start);
        for (int at = 0; data.hasRemaining(); at += Long.BYTES) {
            sums.putLong(at, Blocks.sum(data));
        }
        data.limit(limit).position(position);
    }

    /**
     * Whether the bytes are what the sums say. Blocks that were never written become zeros,
     * whatever came.
     */
    static boolean verify(ByteBuffer data, int start, int size, ByteBuffer sums) {
        int position = data.position();
        int limit = data.limit();
        data.limit(start + size).position(start);
        boolean good = true;
        for (int at = 0; good && data.hasRemaining(); at += Long.BYTES) {
            long expected = sums.getLong(at);
            if (expected == Blocks.NEVER_WRITTEN) {
                int block = data.position();
                zero(data, block, Blocks.BLOCK);
                data.position(block + Blocks.BLOCK);
            } else {
                good = Blocks.sum(data) == expected;
            }
        }
        data.limit(limit).position(position);
        return good;
    }

    static void zero(ByteBuffer data, int start, int size) {
        int at = start;
        for (; at + Long.BYTES <= start + size; at += Long.BYTES) {
            data.putLong(at, 0);
        }
        for (; at < start + size; at++) {
            data.put(at, (byte) 0);
        }
    }
}
