package io.brume.storage.object.model;

/**
 * What may be set for a bucket, each kept as the document that S3 gives back: XML, or JSON for the
 * policy. Absent = not configured. {@code VERSIONING} and {@code OBJECT_LOCK} are also understood
 * by the index, which acts on them.
 */
public enum BucketSetting {
    VERSIONING,
    OBJECT_LOCK,
    POLICY,
    ACL,
    PUBLIC_ACCESS_BLOCK,
    OWNERSHIP_CONTROLS,
    ENCRYPTION,
    LIFECYCLE,
    CORS,
    WEBSITE,
    TAGGING,
    LOGGING,
    NOTIFICATION,
    REPLICATION,
    ACCELERATE,
    REQUEST_PAYMENT,
    INVENTORY
}
