package io.brume.storage.block.journal;

import org.jspecify.annotations.Nullable;

/** What a record of the journal says. */
public enum RecordKind {
    /** Blocks were written; their bytes follow. */
    DATA(1),
    /** Blocks were zeroed, and their space is free. */
    ZERO(2),
    /** Blocks were zeroed, and keep their space. */
    ZERO_ALLOCATED(3),
    /** The moment of a snapshot, whose id is in the place of sums. */
    CUT(4),
    /** Blocks are about to be written in place; only their sums are here. */
    INTENT(5),
    /** How far a volume was when a file of the journal was begun. */
    STATE(6),
    /** The file is full; the log goes on in the next one. */
    END(7);

    private static final RecordKind[] BY_CODE = values();

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    byte code() {
        return (byte) code;
    }

    static @Nullable RecordKind of(int code) {
        return code < 1 || code > BY_CODE.length ? null : BY_CODE[code - 1];
    }

    /** Whether it has the sums of its blocks. */
    boolean hasSums() {
        return this == DATA || this == INTENT;
    }
}
