package io.brume.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a key apart in the order in which {@link KeyWriter} built it.
 *
 * <p>Not thread-safe. Every method throws {@link IllegalArgumentException} on bytes that no writer
 * made.
 */
public final class KeyReader {
    /** What ends a text. */
    private static final int END = 2;

    private final byte[] source;
    private int position;
    private int mask;

    KeyReader(byte[] source, int offset) {
        this.source = source;
        this.position = offset;
    }

    public String string() {
        int length = plainLength();
        if (length < 0) {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
        String value = new String(source, position, length, StandardCharsets.UTF_8);
        position += length + END;
        return value;
    }

    /** How many bytes come before the end, where they are as they were; −1 where they are not. */
    private int plainLength() {
        if (mask != 0) {
            return -1;
        }
        int at = position;
        while (at < source.length && source[at] != 0) {
            at++;
        }
        return at + 1 < source.length && source[at + 1] == 0 ? at - position : -1;
    }

    public byte[] bytes() {
        byte[] value = new byte[source.length - position];
        int length = 0;
        while (true) {
            int b = int8();
            if (b == 0) {
                int next = int8();
                if (next == 0) {
                    return Arrays.copyOf(value, length);
                }
                if (next != 0xff) {
                    throw new IllegalArgumentException("a zero byte is neither escape nor end");
                }
            }
            value[length++] = (byte) b;
        }
    }

    public long int64() {
        long ordered = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            ordered = ordered << 8 | int8();
        }
        return ordered ^ Long.MIN_VALUE;
    }

    public int int32() {
        int ordered = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            ordered = ordered << 8 | int8();
        }
        return ordered ^ Integer.MIN_VALUE;
    }

    int int8() {
        if (position >= source.length) {
            throw new IllegalArgumentException("a key ends too early");
        }
        return (source[position++] ^ mask) & 0xff;
    }

    /** From now on, or no longer, reads the bits flipped. */
    void invert() {
        mask ^= 0xff;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == source.length;
    }
}
