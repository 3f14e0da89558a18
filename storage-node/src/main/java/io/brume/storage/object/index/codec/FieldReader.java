package io.brume.storage.object.index.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Goes through the fields of a protobuf message, without making anything of those that are skipped.
 * Throws {@link IllegalArgumentException} where there is none. Not thread-safe.
 *
 * <p>Source: <a href="https://protobuf.dev/programming-guides/encoding/">protobuf's encoding</a>.
 */
final class FieldReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] in;
    private int at;
    private int end;
    private int tag;

    FieldReader(byte[] in) {
        this.in = in;
        this.end = in.length;
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() {
        if (at == end) {
            return false;
        }
        tag = (int) number();
        return true;
    }

    /** The number of the field that it is at. */
    int field() {
        return tag >>> 3;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw wrong();
            }
            byte part = in[at++];
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw wrong();
    }

    private int length() {
        long length = number();
        if (length < 0 || length > end - at) {
            throw wrong();
        }
        return (int) length;
    }

    String text() {
        int length = length();
        String text = new String(in, at, length, UTF_8);
        at += length;
        return text;
    }

    /** Goes into the message of this field; what it returns is for {@link #close}. */
    int open() {
        int length = length();
        int before = end;
        end = at + length;
        return before;
    }

    /** Goes on behind a message that was read to its end. */
    void close(int before) {
        end = before;
    }

    void skip() {
        switch (tag & 7) {
            case VARINT -> {
                var _ = number();
            }
            case FIXED64 -> pass(Long.BYTES);
            case BYTES -> pass(length());
            case FIXED32 -> pass(Integer.BYTES);
            default -> throw wrong();
        }
    }

    private void pass(int bytes) {
        if (bytes > end - at) {
            throw wrong();
        }
        at += bytes;
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("not a stored version");
    }
}
