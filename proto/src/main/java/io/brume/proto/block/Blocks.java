package io.brume.proto.block;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Sizes that both ends agree on, and the sum of a block. */
public final class Blocks {
    /** What one sum covers, and the unit of offsets and lengths; bytes. */
    public static final int BLOCK = 4096;

    /** What snapshots are made of, and what a digest covers; bytes. */
    public static final int CHUNK = 512 << 10;

    /** What one file holds; bytes. */
    public static final long SEGMENT = 1L << 30;

    /** The most that one request reads or writes; bytes. */
    public static final int MOST_DATA = 1 << 20;

    /** The most payload of a frame: data with a sum for each block. */
    public static final int MOST_PAYLOAD = MOST_DATA + MOST_DATA / BLOCK * Long.BYTES;

    /** Requests that may be unanswered on a connection. */
    public static final int MOST_REQUESTS = 256;

    /** Payload that may be unanswered on a connection; bytes. */
    public static final int MOST_UNANSWERED = 32 << 20;

    /** The sum of a block that was never written, or zeroed: it reads as zeros. */
    public static final long NEVER_WRITTEN = 0;

    /** The sum that stands for a block whose content is not known since a crash. */
    public static final long SUSPECT = -1;

    private Blocks() {}

    /**
     * Whether a block passes for what its sum says, by the half of it that costs less than half.
     * For who is on the way only: at the ends it is {@link #sum} that counts.
     *
     * @param bytes read from its position, {@link #BLOCK} bytes of it; its position is moved on
     */
    public static boolean passes(ByteBuffer bytes, long sum) {
        if (sum == 1) {
            // What stands for others.
            return sum(bytes) == sum;
        }
        var half = new CRC32C();
        half.update(bytes.slice(bytes.position(), BLOCK));
        bytes.position(bytes.position() + BLOCK);
        return half.getValue() == sum >>> 32;
    }

    /**
     * The sum of a block: CRC-32C in the upper half, CRC-32 in the lower; never {@link
     * #NEVER_WRITTEN} or {@link #SUSPECT}.
     *
     * @param bytes read from its position, {@link #BLOCK} bytes of it; its position is moved on
     */
    public static long sum(ByteBuffer bytes) {
        int end = bytes.position() + BLOCK;
        ByteBuffer block = bytes.slice(bytes.position(), BLOCK);
        var first = new CRC32C();
        first.update(block);
        var second = new CRC32();
        second.update(block.rewind());
        bytes.position(end);
        long sum = first.getValue() << 32 | second.getValue();
        return sum == NEVER_WRITTEN || sum == SUSPECT ? 1 : sum;
    }
}
