package io.brume.storage.block;

/**
 * Where the newest content of a block is: two bits of kind and a place in the journal. {@link
 * #SEGMENT} is the segment itself.
 */
final class Place {
    /** Not in any table: what the segment holds. */
    static final long SEGMENT = 0;

    /** A chunk that is not filled from the base yet; known to readers only. */
    static final long BASE = -1;

    private static final int SHIFT = 62;
    private static final long DATA = 0;
    private static final long ZERO = 1;
    private static final long ZERO_ALLOCATED = 2;
    private static final long INTENT = 3;
    private static final long MASK = (1L << SHIFT) - 1;

    private Place() {}

    static long data(long place) {
        return DATA << SHIFT | place;
    }

    static long zero(long place, boolean keepAllocated) {
        return (keepAllocated ? ZERO_ALLOCATED : ZERO) << SHIFT | place;
    }

    /** Known only while the journal is replayed: the bytes are in the segment, or never came. */
    static long intent(long place) {
        return INTENT << SHIFT | place;
    }

    static long inJournal(long place) {
        return place & MASK;
    }

    static boolean isData(long place) {
        return place >>> SHIFT == DATA && place != SEGMENT;
    }

    static boolean isZero(long place) {
        long kind = place >>> SHIFT;
        return kind == ZERO || kind == ZERO_ALLOCATED;
    }

    static boolean isIntent(long place) {
        return place >>> SHIFT == INTENT;
    }
}
