package io.brume.storage.object.model;

import static java.nio.charset.StandardCharsets.UTF_8;

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

    /** In the order of the bytes in UTF-8, which is that of the code points. */
    @Override
    public int compareTo(ObjectKey other) {
        int common = Math.min(value.length(), other.value.length());
        for (int i = 0; i < common; i++) {
            char mine = value.charAt(i);
            char others = other.value.charAt(i);
            if (mine != others) {
                return Integer.compare(rank(mine), rank(others));
            }
        }
        return Integer.compare(value.length(), other.value.length());
    }

    /** Halves of pairs stand for code points above all others. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? Character.MAX_VALUE + 1 + c : c;
    }

    @Override
    public String toString() {
        return value;
    }
}
