package io.brume.control.api;

/** Takes audit records. Thread-safe; returns at once. */
@FunctionalInterface
public interface AuditLog {
    /** Keeps a record. Must not throw. */
    void record(AuditRecord entry);
}
