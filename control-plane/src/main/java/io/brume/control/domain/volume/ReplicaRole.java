package io.brume.control.domain.volume;

/** What a replica is to its volume. */
public enum ReplicaRole {
    /** It has everything that was acknowledged; every write needs it. */
    IN_SYNC("in-sync"),
    /**
     * It has caught up, and the writer is being told so. It counts only when the writer has heard:
     * until then a write may be acknowledged without it.
     */
    JOINING("joining"),
    /** It gets every new write and what it has missed; no write waits for it. */
    REBUILDING("rebuilding"),
    /** It cannot be reached, or has lost something. */
    LOST("lost");

    private final String text;

    ReplicaRole(String text) {
        this.text = text;
    }

    /** As people read it. */
    @Override
    public String toString() {
        return text;
    }
}
