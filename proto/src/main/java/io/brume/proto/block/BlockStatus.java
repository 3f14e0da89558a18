package io.brume.proto.block;

/** How a request went. */
public enum BlockStatus {
    OK(0),
    /** The replica knows a newer epoch, or the opener is not its writer. */
    STALE_EPOCH(1),
    NO_SPACE(2),
    /** The bytes on the disk are not what was written. */
    CORRUPT(3),
    IO_ERROR(4),
    BAD_REQUEST(5),
    /** No such replica, or the node has not been told of it yet: worth another try. */
    NOT_HERE(6),
    /** Damaged on the way: send it again. */
    BAD_SUM(7),
    /** A change whose predecessor is missing. */
    SHORT_OF_SEQUENCE(8);

    private static final BlockStatus[] BY_CODE = values();

    private final int code;

    BlockStatus(int code) {
        this.code = code;
    }

    public short code() {
        return (short) code;
    }

    /** The status of a code; one that is not known is an {@link #IO_ERROR}. */
    public static BlockStatus of(int code) {
        return code < 0 || code >= BY_CODE.length ? IO_ERROR : BY_CODE[code];
    }
}
