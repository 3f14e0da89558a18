package io.brume.proto.block;

import java.nio.ByteBuffer;

/**
 * The head of an answer.
 *
 * @param tag of the request
 * @param payload bytes that follow
 */
public record AnswerHeader(BlockStatus status, long tag, int payload) {
    /** Bytes. */
    public static final int SIZE = 24;

    public static final int MAGIC = 0x42524D41;

    /** Writes one at the buffer's position. */
    public static void write(ByteBuffer to, BlockStatus status, long tag, int payload) {
        to.putInt(MAGIC).putShort(status.code()).putShort((short) 0);
        to.putLong(tag).putInt(payload).putInt(0);
    }

    /**
     * Reads one from the buffer's position.
     *
     * @throws IllegalArgumentException when it is not an answer, or one beyond the bounds
     */
    public static AnswerHeader read(ByteBuffer from) {
        if (from.getInt() != MAGIC) {
            throw new IllegalArgumentException("not an answer");
        }
        var status = BlockStatus.of(from.getShort());
        from.getShort();
        var header = new AnswerHeader(status, from.getLong(), from.getInt());
        from.getInt();
        if (header.payload < 0 || header.payload > Blocks.MOST_PAYLOAD) {
            throw new IllegalArgumentException("beyond the bounds: " + header);
        }
        return header;
    }
}
