package io.brume.storage.object.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * An object's key: 1 to 1,024 bytes of UTF-8, of any characters at all. Never part of a path on a
 * disk. Sorts as its bytes do.
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {
    public static final int MAX_BYTES = 1024;

    public ObjectKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a key has 1 to 1,024 bytes of valid Unicode");
        }
    }

    /** Whether an object may have this key. */
    public static boolean isValid(String key) {
        if (isAscii(key)) {
            return !key.isEmpty() && key.length() <= MAX_BYTES;
        }
        byte[] bytes = key.getBytes(UTF_8);
        return bytes.length > 0
                && bytes.length <= MAX_BYTES
                && new String(bytes, UTF_8).equals(key);
    }

    /** Most keys are, and need no look at their bytes. */
    private static boolean isAscii(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(ObjectKey other) {
        return Arrays.compareUnsigned(value.getBytes(UTF_8), other.value.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return value;
    }
}
