package io.brume.storage.object.group;

import io.brume.storage.object.model.Coding;

/**
 * Where the bytes of a coded blob are: rows of cells, one in each fragment. The last row's are as
 * short as its bytes allow.
 *
 * @param length of the blob
 */
record CodedShape(Coding coding, long length) {
    static final int CELL = 64 << 10;

    /** How much of the blob a row has. */
    long rowBytes() {
        return (long) CELL * coding.data();
    }

    int rows() {
        return (int) Math.ceilDiv(length, rowBytes());
    }

    /** How long a row's cells are. */
    int cell(int row) {
        long left = length - row * rowBytes();
        return left >= rowBytes() ? CELL : (int) Math.ceilDiv(left, coding.data());
    }

    /** Where in a fragment a row begins. */
    static long at(int row) {
        return (long) row * CELL;
    }

    long fragmentLength() {
        int last = rows() - 1;
        return at(last) + cell(last);
    }

    /**
     * One whose fragments are as long as this: its blob may be a little shorter, which no fragment
     * shows.
     */
    static CodedShape ofFragment(Coding coding, long fragmentLength) {
        return new CodedShape(coding, fragmentLength * coding.data());
    }
}
