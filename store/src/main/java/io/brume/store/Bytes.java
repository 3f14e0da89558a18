package io.brume.store;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An immutable string of bytes, ordered as unsigned bytes: the form of every key in the store.
 *
 * <p>Thread-safe.
 */
public final class Bytes implements Comparable<Bytes> {
    /** No bytes at all: below every other. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    /** Zero until it is asked for: most rows that are read never are. */
    private int hash;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Copies the bytes. */
    public static Bytes copyOf(byte[] value) {
        return new Bytes(value.clone());
    }

    /** Takes the array as it is; the caller never changes it again. */
    public static Bytes wrap(byte[] value) {
        return new Bytes(value);
    }

    /** A fresh copy. */
    public byte[] toByteArray() {
        return value.clone();
    }

    /** The array itself, which nobody may change: for hot paths that only read it. */
    public byte[] unsafeArray() {
        return value;
    }

    public int length() {
        return value.length;
    }

    public boolean startsWith(Bytes prefix) {
        return value.length >= prefix.value.length
                && Arrays.equals(
                        value, 0, prefix.value.length, prefix.value, 0, prefix.value.length);
    }

    /** These bytes from an offset on. */
    public Bytes from(int offset) {
        return new Bytes(Arrays.copyOfRange(value, offset, value.length));
    }

    public Bytes concat(Bytes tail) {
        byte[] both = Arrays.copyOf(value, value.length + tail.value.length);
        System.arraycopy(tail.value, 0, both, value.length, tail.value.length);
        return new Bytes(both);
    }

    /** The least byte string above this one. */
    public Bytes successor() {
        return new Bytes(Arrays.copyOf(value, value.length + 1));
    }

    /** The least byte string above every one that starts with this; null if there is none. */
    public @Nullable Bytes prefixEnd() {
        int end = value.length;
        while (end > 0 && value[end - 1] == (byte) 0xff) {
            end--;
        }
        if (end == 0) {
            return null;
        }
        byte[] bound = Arrays.copyOf(value, end);
        bound[end - 1]++;
        return new Bytes(bound);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = Arrays.hashCode(value);
            hash = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
