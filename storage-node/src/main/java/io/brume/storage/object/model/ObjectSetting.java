package io.brume.storage.object.model;

/** What may be set for one version of an object, kept as a document. */
public enum ObjectSetting {
    /** An {@code AccessControlPolicy}; absent = the owner has all. */
    ACL,
    /** {@code GOVERNANCE} or {@code COMPLIANCE}, a space, and until when (ISO 8601). */
    RETENTION,
    /** {@code ON}; absent = off. */
    LEGAL_HOLD,
    /** Where the restoration of an archived version is: see {@link Restoration}. */
    RESTORATION,
    /** How it is encrypted; absent = it is not. What it says is the front door's to know. */
    ENCRYPTION
}
