package io.brume.proto.block;

import java.nio.ByteBuffer;

/**
 * The head of a request.
 *
 * @param flags {@link #FUA} and {@link #KEEP_ALLOCATED}
 * @param tag comes back with the answer
 * @param sequence the number of a change; 0 for what changes nothing
 * @param offset in the volume; bytes
 * @param length in the volume; bytes
 * @param payload bytes that follow
 */
public record RequestHeader(
        Operation operation,
        int flags,
        long tag,
        long sequence,
        long offset,
        int length,
        int payload) {
    /** Bytes. */
    public static final int SIZE = 40;

    public static final int MAGIC = 0x42524D51;
    public static final int FUA = 1;
    public static final int KEEP_ALLOCATED = 2;

    /** Writes it at the buffer's position. */
    public void write(ByteBuffer to) {
        write(to, operation, flags, tag, sequence, offset, length, payload);
    }

    /** The same without an object. */
    public static void write(
            ByteBuffer to,
            Operation operation,
            int flags,
            long tag,
            long sequence,
            long offset,
            int length,
            int payload) {
        to.putInt(MAGIC).put(operation.code()).put((byte) flags).putShort((short) 0);
        to.putLong(tag).putLong(sequence).putLong(offset).putInt(length).putInt(payload);
    }

    /**
     * Reads one from the buffer's position.
     *
     * @throws IllegalArgumentException when it is not a request, or one beyond the bounds
     */
    public static RequestHeader read(ByteBuffer from) {
        if (from.getInt() != MAGIC) {
            throw new IllegalArgumentException("not a request");
        }
        var operation = Operation.of(from.get());
        int flags = from.get();
        if (from.getShort() != 0) {
            throw new IllegalArgumentException("reserved bits are set");
        }
        var header =
                new RequestHeader(
                        operation,
                        flags,
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getInt(),
                        from.getInt());
        if (header.offset < 0
                || header.length < 0
                || header.payload < 0
                || header.payload > Blocks.MOST_PAYLOAD) {
            throw new IllegalArgumentException("beyond the bounds: " + header);
        }
        return header;
    }
}
