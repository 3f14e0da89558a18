package io.brume.cli.faults;

import java.nio.ByteBuffer;

/**
 * A block of 4 KiB that says which write it is of and where it belongs, and whose every byte
 * follows from the two: bytes of another write, of another place, or damaged ones never pass for
 * it.
 */
final class NumberedBlock {
    static final int BYTES = 4096;

    /** What a block is that was never written, or was zeroed. */
    static final long ZEROS = 0;

    private static final long MAGIC = 0x6272756d652d6974L;

    private NumberedBlock() {}

    /**
     * Puts the block of a write.
     *
     * @param number of the write, above {@link #ZEROS}
     * @param offset of the block in the volume, bytes
     */
    static void put(ByteBuffer to, long number, long offset) {
        to.putLong(MAGIC).putLong(number).putLong(offset);
        for (int i = 3; i < BYTES / Long.BYTES; i++) {
            to.putLong(mixed(number, offset, i));
        }
    }

    /**
     * Takes a block.
     *
     * @return the number of its write, or {@link #ZEROS}
     * @throws WrongBytesException when it is no whole block of this place
     */
    static long take(ByteBuffer from, long offset) throws WrongBytesException {
        int at = from.position();
        from.position(at + BYTES);
        long number = from.getLong(at + Long.BYTES);
        boolean zeros = from.getLong(at) == 0;
        ByteBuffer expected = ByteBuffer.allocate(BYTES);
        if (!zeros) {
            put(expected, number, offset);
        }
        int differs = from.slice(at, BYTES).mismatch(expected.clear());
        if (differs >= 0) {
            throw new WrongBytesException(
                    "offset %d: byte %d is not of write %d; the block begins %016x %d %d"
                            .formatted(
                                    offset,
                                    differs,
                                    number,
                                    from.getLong(at),
                                    number,
                                    from.getLong(at + 16)));
        }
        return zeros ? ZEROS : number;
    }

    /** As splitmix64 does. */
    private static long mixed(long number, long offset, int index) {
        long z = number * 0x9e3779b97f4a7c15L + offset * 0xbf58476d1ce4e5b9L + index;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A volume has given bytes that nobody wrote there. */
    static final class WrongBytesException extends Exception {
        private static final long serialVersionUID = 1;

        WrongBytesException(String message) {
            super(message);
        }
    }
}
