package io.brume.proto.block;

/** What a request asks of a replica. */
public enum Operation {
    OPEN(1),
    READ(2),
    WRITE(3),
    ZERO(4),
    FLUSH(5),
    CUT(6),
    DIGESTS(7),
    SUMS(8),
    EXTENTS(9),
    RESIZE(10),
    ADOPT(11),
    DAMAGED(12);

    private static final Operation[] BY_CODE = new Operation[13];

    static {
        for (Operation operation : values()) {
            BY_CODE[operation.code] = operation;
        }
    }

    private final int code;

    Operation(int code) {
        this.code = code;
    }

    public byte code() {
        return (byte) code;
    }

    /**
     * The operation of a code.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Operation of(int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no operation " + code);
        }
        return BY_CODE[code];
    }
}
