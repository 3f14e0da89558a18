package io.brume.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds a key whose bytes sort as its parts do, part by part. Every part is self-delimiting, so
 * that parts can follow one another and a prefix of parts is a prefix of bytes.
 *
 * <p>Not thread-safe.
 */
public final class KeyWriter {
    private byte[] buffer = new byte[48];
    private int length;

    /**
     * Appends text in the order of its UTF-8 bytes. A zero byte becomes {@code 00 ff}, the end
     * {@code 00 00}: so a shorter text sorts before a longer one that starts with it.
     *
     * @throws IllegalArgumentException if the text has an unpaired surrogate
     */
    public KeyWriter string(String text) {
        openString(text);
        return int8(0).int8(0);
    }

    /** Appends the start of a text: the bytes that all texts beginning with it have in common. */
    KeyWriter openString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (!new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            throw new IllegalArgumentException("a key's text must be valid Unicode");
        }
        return escaped(utf8);
    }

    /** Appends bytes of any length, escaped and ended as a text is. */
    public KeyWriter bytes(byte[] value) {
        escaped(value);
        return int8(0).int8(0);
    }

    private KeyWriter escaped(byte[] value) {
        for (byte b : value) {
            int8(b);
            if (b == 0) {
                int8(0xff);
            }
        }
        return this;
    }

    /** Appends a signed 64-bit number: eight bytes. */
    public KeyWriter int64(long number) {
        long ordered = number ^ Long.MIN_VALUE;
        for (int shift = 56; shift >= 0; shift -= 8) {
            int8((int) (ordered >>> shift));
        }
        return this;
    }

    /** Appends a signed 32-bit number: four bytes. */
    public KeyWriter int32(int number) {
        int ordered = number ^ Integer.MIN_VALUE;
        for (int shift = 24; shift >= 0; shift -= 8) {
            int8(ordered >>> shift);
        }
        return this;
    }

    KeyWriter int8(int value) {
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, length * 2);
        }
        buffer[length++] = (byte) value;
        return this;
    }

    int length() {
        return length;
    }

    /** Flips every bit from an offset on, which turns the order of a fixed or delimited part. */
    void invertFrom(int offset) {
        for (int i = offset; i < length; i++) {
            buffer[i] = (byte) ~buffer[i];
        }
    }

    Bytes toBytes() {
        return Bytes.wrap(Arrays.copyOf(buffer, length));
    }
}
