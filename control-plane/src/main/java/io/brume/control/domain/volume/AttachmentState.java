package io.brume.control.domain.volume;

import java.util.Arrays;

/**
 * AWS's states of a volume's attachment to an instance.
 *
 * <pre>
 *             SERVED              DETACH_REQUESTED             RELEASED
 *  ATTACHING ────────▶ ATTACHED ───────────────────▶ DETACHING ─────────▶ DETACHED
 *      │ DETACH_REQUESTED                  ▲     HELD │   ▲ DETACH_REQUESTED  ▲
 *      └───────────────────────────────────┘          ▼   │     RELEASED      │
 *                                                    BUSY ┴───────────────────┘
 * </pre>
 */
public enum AttachmentState {
    ATTACHING("attaching"),
    ATTACHED("attached"),
    DETACHING("detaching"),
    /** The guest does not let go of it. */
    BUSY("busy"),
    DETACHED("detached");

    private final String awsName;

    AttachmentState(String awsName) {
        this.awsName = awsName;
    }

    /** What can happen to an attachment. */
    public enum Event {
        /** The instance's host serves it. */
        SERVED,
        /** A user wants it back. */
        DETACH_REQUESTED,
        /** The guest has been asked long ago and still has it. */
        HELD,
        /** The instance's host has let go of it, or can do nothing with it any more. */
        RELEASED
    }

    /** AWS's word. */
    public String awsName() {
        return awsName;
    }

    /** Whether the instance is to have the volume. */
    public boolean isWanted() {
        return this == ATTACHING || this == ATTACHED;
    }

    /** The state after an event; the same state when the event means nothing in it. */
    public AttachmentState next(Event event) {
        return switch (event) {
            case SERVED -> this == ATTACHING ? ATTACHED : this;
            case DETACH_REQUESTED -> this == DETACHED ? DETACHED : DETACHING;
            case HELD -> this == DETACHING ? BUSY : this;
            case RELEASED -> this == DETACHING || this == BUSY ? DETACHED : this;
        };
    }

    /**
     * The state of AWS's word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static AttachmentState ofAwsName(String awsName) {
        return Arrays.stream(values())
                .filter(state -> state.awsName.equals(awsName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state " + awsName));
    }
}
