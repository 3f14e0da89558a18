package io.brume.store.machine;

import io.brume.store.Bytes;
import java.util.Arrays;

/**
 * Reads what {@link ByteSink} wrote. Not thread-safe. Throws {@link IllegalArgumentException} on
 * anything else.
 */
final class ByteSource {
    private final byte[] source;
    private int position;

    ByteSource(byte[] source) {
        this.source = source;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == source.length) {
                throw new IllegalArgumentException("a number ends too early");
            }
            byte next = source[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("a number is too long");
    }

    /** A count of things of which each takes at least a byte: bounded by what is left. */
    int count() {
        long value = number();
        if (value > source.length - position) {
            throw new IllegalArgumentException("more things than bytes");
        }
        return (int) value;
    }

    byte[] array() {
        int size = count();
        byte[] value = Arrays.copyOfRange(source, position, position + size);
        position += size;
        return value;
    }

    Bytes bytes() {
        return Bytes.wrap(array());
    }

    boolean atEnd() {
        return position == source.length;
    }
}
