package io.brume.control.domain.snapshot;

import java.util.Arrays;

/**
 * AWS's states of a snapshot, and the one function that moves between them.
 *
 * <pre>
 *           PRESERVED
 *  PENDING ───────────▶ COMPLETED ──┐
 *     │ LOST                        │ DELETE_REQUESTED
 *     ▼                             ▼
 *   ERROR ──────────────────────▶ DELETED  (not shown; kept while a volume is made of it)
 * </pre>
 */
public enum SnapshotState {
    PENDING("pending"),
    COMPLETED("completed"),
    ERROR("error"),
    DELETED("deleted");

    private final String awsName;

    SnapshotState(String awsName) {
        this.awsName = awsName;
    }

    /** What can happen to a snapshot. */
    public enum Event {
        /** Every storage node that is to keep it has all of it. */
        PRESERVED,
        /** No storage node could keep it. */
        LOST,
        /** Its owner wants it gone. */
        DELETE_REQUESTED
    }

    /** AWS's word. */
    public String awsName() {
        return awsName;
    }

    /** The state after an event; the same state when the event means nothing in it. */
    public SnapshotState next(Event event) {
        return switch (event) {
            case PRESERVED -> this == PENDING ? COMPLETED : this;
            case LOST -> this == PENDING ? ERROR : this;
            case DELETE_REQUESTED -> DELETED;
        };
    }

    /**
     * The state of AWS's word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static SnapshotState ofAwsName(String awsName) {
        return Arrays.stream(values())
                .filter(state -> state.awsName.equals(awsName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state " + awsName));
    }
}
