package io.brume.storage.object.model;

/**
 * A version of an object: 32 letters and digits, or {@link #NULL} for one that was put while the
 * bucket kept no versions.
 */
public record VersionId(String value) {
    private static final int LENGTH = 32;

    /** Of what was put without versioning, or while it was suspended: at most one for a key. */
    public static final VersionId NULL = new VersionId("null");

    public VersionId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a version's id");
        }
    }

    /** Whether a version may be called so. */
    public static boolean isValid(String id) {
        if (id.length() != LENGTH) {
            return id.equals("null");
        }
        for (int i = 0; i < LENGTH; i++) {
            if (!isOne(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOne(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    public boolean isNull() {
        return value.equals("null");
    }

    @Override
    public String toString() {
        return value;
    }
}
