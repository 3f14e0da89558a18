package io.brume.store.machine;

import io.brume.store.Bytes;
import java.util.Arrays;

/** Appends numbers and byte strings to a growing array. Not thread-safe. */
final class ByteSink {
    private byte[] buffer;
    private int length;

    ByteSink(int expected) {
        buffer = new byte[Math.max(16, expected)];
    }

    /** Appends a number that is not negative: seven bits to a byte, the lowest first. */
    ByteSink number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
        reserve(10);
        long rest = value;
        while (rest > 0x7f) {
            buffer[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
        return this;
    }

    ByteSink bytes(Bytes value) {
        return bytes(value.unsafeArray());
    }

    /** Appends a length and as many bytes. */
    ByteSink bytes(byte[] value) {
        number(value.length);
        return raw(value);
    }

    ByteSink raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, length, value.length);
        length += value.length;
        return this;
    }

    private void reserve(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }
}
