package io.brume.storage.object.model;

/** What S3 calls a storage class. */
public enum StorageClass {
    STANDARD,
    REDUCED_REDUNDANCY,
    STANDARD_IA,
    ONEZONE_IA,
    INTELLIGENT_TIERING,
    GLACIER,
    GLACIER_IR,
    DEEP_ARCHIVE
}
