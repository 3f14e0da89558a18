package io.brume.storage.object.model;

/** What may be set for one version of an object, kept as a document. */
public enum ObjectSetting {
    /** An {@code AccessControlPolicy}; absent = the owner has all. */
    ACL,
    /** {@code GOVERNANCE} or {@code COMPLIANCE}, a space, and until when (ISO 8601). */
    RETENTION,
    /** {@code ON}; absent = off. */
    LEGAL_HOLD,
    /** Until when a restored copy of an archived object may be read (ISO 8601). */
    RESTORED_UNTIL,
    /** How it is encrypted; absent = it is not. What it says is the front door's to know. */
    ENCRYPTION
}
