package io.brume.storage.object.archive;

/**
 * How a packed content looks: frames one after the other, each the number of bytes that are in it,
 * the number that follow (both as 32 bits, the higher byte first), and these: deflated (RFC 1951),
 * or as they are where that is not shorter. Contents that follow each other are one content.
 */
final class Frames {
    /** The most that a frame holds: what a reader needs to have in memory. */
    static final int MOST = 256 << 10;

    static final int HEAD = 2 * Integer.BYTES;

    private Frames() {}
}
