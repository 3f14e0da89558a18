package io.brume.storage.object.model;

/** Whether a bucket keeps older versions. */
public enum Versioning {
    /** It never did: each put replaces the version {@code null}. */
    OFF,
    ENABLED,
    /** New puts replace the version {@code null}; other versions stay. */
    SUSPENDED
}
