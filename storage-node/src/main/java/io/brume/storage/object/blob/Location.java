package io.brume.storage.object.blob;

/**
 * Where a blob is, in 64 bits; 0 = nowhere.
 *
 * <pre>
 * in a segment:       26 bits number, from 1 | 24 bits begin / 64 | 14 bits size / 512, rounded up
 * in a file of its own:   0                  | 38 bits the blob's length
 * </pre>
 */
final class Location {
    /** The highest number of a segment. */
    static final int MAX_SEGMENT = (1 << 26) - 1;

    private static final int UNIT = 512;

    private Location() {}

    static long inSegment(int segment, long position, int size) {
        int units = (size + UNIT - 1) / UNIT;
        return ((long) segment << 38) | ((position / BlobHeader.ALIGN) << 14) | units;
    }

    static long ownFile(long length) {
        return length;
    }

    static boolean isOwnFile(long location) {
        return location >>> 38 == 0;
    }

    /** Of a blob in a file of its own. */
    static long length(long location) {
        return location;
    }

    static int segment(long location) {
        return (int) (location >>> 38);
    }

    /** Where the record begins in its segment. */
    static long position(long location) {
        return (location >>> 14 & 0xff_ffff) * BlobHeader.ALIGN;
    }

    /** At least the bytes that the record takes, at most 511 more. */
    static int size(long location) {
        return (int) (location & 0x3fff) * UNIT;
    }
}
