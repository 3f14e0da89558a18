package io.brume.storage.wire;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.nio.ByteBuffer;

/**
 * The head of the request that is dealt with now. One object for the life of a connection: a record
 * for each request would be garbage a hundred thousand times a second. Not thread-safe.
 */
final class RequestFrame {
    /** The most payload of OPEN and CUT, which is text; bytes. */
    static final int MOST_TEXT = 4096;

    private Operation operation = Operation.OPEN;
    private int flags;
    private long tag;
    private long sequence;
    private long offset;
    private int length;
    private int payload;

    /**
     * Reads one at a position of the buffer, which stays where it is.
     *
     * @throws MalformedFrameException when it is not a request, or one beyond the bounds
     */
    void read(ByteBuffer from, int at) throws MalformedFrameException {
        if (from.getInt(at) != RequestHeader.MAGIC) {
            throw new MalformedFrameException("not a request");
        }
        try {
            operation = Operation.of(from.get(at + 4));
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()));
        }
        flags = from.get(at + 5);
        if ((flags & ~(RequestHeader.FUA | RequestHeader.KEEP_ALLOCATED)) != 0
                || from.getShort(at + 6) != 0) {
            throw new MalformedFrameException("reserved bits are set");
        }
        tag = from.getLong(at + 8);
        sequence = from.getLong(at + 16);
        offset = from.getLong(at + 24);
        length = from.getInt(at + 32);
        payload = from.getInt(at + 36);
        if (sequence < 0 || offset < 0 || length < 0 || payload < 0 || payload > mostPayload()) {
            throw new MalformedFrameException(
                    "%s beyond the bounds: sequence %d, offset %d, length %d, payload %d"
                            .formatted(operation, sequence, offset, length, payload));
        }
    }

    private int mostPayload() {
        return switch (operation) {
            case WRITE -> Blocks.MOST_PAYLOAD;
            case OPEN, CUT -> MOST_TEXT;
            case READ, ZERO, FLUSH, DIGESTS, SUMS, EXTENTS, RESIZE, ADOPT, DAMAGED -> 0;
        };
    }

    Operation operation() {
        return operation;
    }

    boolean isForceUnitAccess() {
        return (flags & RequestHeader.FUA) != 0;
    }

    boolean isKeepAllocated() {
        return (flags & RequestHeader.KEEP_ALLOCATED) != 0;
    }

    long tag() {
        return tag;
    }

    long sequence() {
        return sequence;
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int payload() {
        return payload;
    }

    /** Whether the range is of whole units, is not empty and is within a volume of that size. */
    boolean isWithin(long sizeBytes, int unit) {
        return length > 0
                && offset % unit == 0
                && offset <= sizeBytes - length
                && (length % unit == 0 || offset + length == sizeBytes);
    }
}
