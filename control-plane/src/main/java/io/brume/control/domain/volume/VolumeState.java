package io.brume.control.domain.volume;

import java.util.Arrays;

/**
 * AWS's states of a volume, and the one function that moves between them.
 *
 * <pre>
 *            CREATED               ATTACH_REQUESTED
 *  CREATING ─────────▶ AVAILABLE ───────────────────▶ IN_USE
 *     │ CREATION_FAILED  ▲  │  └──────── DETACHED ◀───────┘
 *     ▼                  │  │ DELETE_REQUESTED             │ DELETE_REQUESTED (with its instance,
 *   ERROR ───────────────┼──┴────────────▶ DELETING ◀──────┘
 *         DELETE_REQUESTED                   │ GONE
 *                                            ▼
 *                                         DELETED
 * </pre>
 *
 * <p>The table of every pair is held by a golden file in the tests. Source: <a
 * href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html">Volume
 * state</a>.
 */
public enum VolumeState {
    CREATING("creating"),
    AVAILABLE("available"),
    IN_USE("in-use"),
    DELETING("deleting"),
    DELETED("deleted"),
    ERROR("error");

    private final String awsName;

    VolumeState(String awsName) {
        this.awsName = awsName;
    }

    /** What can happen to a volume. */
    public enum Event {
        /** Its replicas are there. */
        CREATED,
        /** Its replicas could not be made. */
        CREATION_FAILED,
        /** A user wants an instance to have it. */
        ATTACH_REQUESTED,
        /** Its instance has let go of it. */
        DETACHED,
        /** A user, or the end of its instance, wants it gone. */
        DELETE_REQUESTED,
        /** No storage node has anything of it. */
        GONE
    }

    /** AWS's word. */
    public String awsName() {
        return awsName;
    }

    /** The state after an event; the same state when the event means nothing in it. */
    public VolumeState next(Event event) {
        return switch (event) {
            case CREATED -> this == CREATING ? AVAILABLE : this;
            case CREATION_FAILED ->
                    switch (this) {
                        case CREATING, AVAILABLE, IN_USE -> ERROR;
                        case DELETING, DELETED, ERROR -> this;
                    };
            case ATTACH_REQUESTED -> this == AVAILABLE ? IN_USE : this;
            case DETACHED -> this == IN_USE ? AVAILABLE : this;
            case DELETE_REQUESTED ->
                    switch (this) {
                        case CREATING, AVAILABLE, IN_USE, ERROR -> DELETING;
                        case DELETING, DELETED -> this;
                    };
            case GONE -> this == DELETING ? DELETED : this;
        };
    }

    /**
     * The state of AWS's word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static VolumeState ofAwsName(String awsName) {
        return Arrays.stream(values())
                .filter(state -> state.awsName.equals(awsName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state " + awsName));
    }
}
