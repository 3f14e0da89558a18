package io.brume.storage.object.model;

import java.util.regex.Pattern;

/**
 * A version of an object: 32 letters and digits, or {@link #NULL} for one that was put while the
 * bucket kept no versions.
 */
public record VersionId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{32}|null");

    /** Of what was put without versioning, or while it was suspended: at most one for a key. */
    public static final VersionId NULL = new VersionId("null");

    public VersionId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a version's id");
        }
    }

    /** Whether a version may be called so. */
    public static boolean isValid(String id) {
        return SHAPE.matcher(id).matches();
    }

    public boolean isNull() {
        return value.equals("null");
    }

    @Override
    public String toString() {
        return value;
    }
}
