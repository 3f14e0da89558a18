package io.brume.control.domain.instance;

import java.util.Arrays;

/**
 * AWS's states of an instance, and the one function that moves between them.
 *
 * <pre>
 *            RUN                 STARTED                 STOP_REQUESTED / GUEST_EXITED
 *   (new) ────────▶ PENDING ─────────────────▶ RUNNING ──────────────────────────────▶ STOPPING
 *                    ▲   │ GUEST_EXITED                                                    │ STOPPED
 *    START_REQUESTED │   ▼                                                                 ▼
 *                  STOPPED ◀───────────────────────────────────────────────────────── STOPPED
 *
 *   any but TERMINATED ── TERMINATE_REQUESTED ──▶ SHUTTING_DOWN ── GONE ──▶ TERMINATED
 * </pre>
 *
 * <p>The codes are AWS's (InstanceState.Code). The table of every pair is held by a golden file in
 * the tests.
 */
public enum InstanceState {
    PENDING(0, "pending"),
    RUNNING(16, "running"),
    SHUTTING_DOWN(32, "shutting-down"),
    TERMINATED(48, "terminated"),
    STOPPING(64, "stopping"),
    STOPPED(80, "stopped");

    private final int code;
    private final String awsName;

    InstanceState(int code, String awsName) {
        this.code = code;
        this.awsName = awsName;
    }

    /** What can happen to an instance. */
    public enum Event {
        /** A user wants it to run. */
        START_REQUESTED,
        /** Its host says that this start of it runs. */
        STARTED,
        /** A user wants it to stop. */
        STOP_REQUESTED,
        /** It could not start, or ended although nobody asked Brume for it. */
        GUEST_EXITED,
        /** Its host says that it is down. */
        STOPPED,
        /** A user wants it gone. */
        TERMINATE_REQUESTED,
        /** Its host has nothing of it any more. */
        GONE
    }

    /** AWS's number for this state. */
    public int code() {
        return code;
    }

    /** AWS's word for this state. */
    public String awsName() {
        return awsName;
    }

    /** Whether it holds processors and memory of its host. */
    public boolean holdsCapacity() {
        return this == PENDING || this == RUNNING || this == STOPPING;
    }

    /** The state after an event; the same state when the event means nothing in it. */
    public InstanceState next(Event event) {
        if (this == TERMINATED) {
            return TERMINATED;
        }
        return switch (event) {
            case START_REQUESTED -> this == STOPPED ? PENDING : this;
            case STARTED -> this == PENDING ? RUNNING : this;
            case STOP_REQUESTED -> this == RUNNING || this == PENDING ? STOPPING : this;
            case GUEST_EXITED, STOPPED -> holdsCapacity() ? STOPPED : this;
            case TERMINATE_REQUESTED -> SHUTTING_DOWN;
            case GONE -> this == SHUTTING_DOWN ? TERMINATED : this;
        };
    }

    /**
     * The state of AWS's word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static InstanceState ofAwsName(String awsName) {
        return Arrays.stream(values())
                .filter(state -> state.awsName.equals(awsName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state " + awsName));
    }
}
