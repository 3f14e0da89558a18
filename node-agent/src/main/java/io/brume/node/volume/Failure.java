package io.brume.node.volume;

import io.brume.node.volume.ReplicaSlot.State;
import java.time.Duration;

/**
 * Since when a replica fails, why, how often it was tried since, and when it is to be given up. On
 * the loop.
 */
final class Failure {
    private static final long NEVER = Long.MIN_VALUE;
    private static final Duration[] PAUSES = {
        Duration.ofMillis(5),
        Duration.ofMillis(50),
        Duration.ofMillis(150),
        // Not longer: a volume's only replica is waited for by all that write.
        Duration.ofMillis(300)
    };

    private final CoordinatorOptions options;
    private long since = NEVER;
    private int failures;
    private boolean notHere;
    private String reason = "";

    Failure(CoordinatorOptions options) {
        this.options = options;
    }

    /** For people; empty = all is well. */
    String reason() {
        return reason;
    }

    void because(String why) {
        reason = why;
    }

    /**
     * It has failed, maybe once more.
     *
     * @return how long to wait before it is tried again
     */
    Duration again(String why, long nowNanos) {
        reason = why;
        if (since == NEVER) {
            since = nowNanos;
        }
        Duration pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
        failures++;
        return pause;
    }

    /** Its node may not have heard of it yet, which needs more patience. */
    void notHere(boolean notYet) {
        notHere = notYet;
    }

    /** All is well again. */
    void over() {
        forgive();
        reason = "";
    }

    /** It begins anew, whatever the reason was. */
    void forgive() {
        since = NEVER;
        failures = 0;
    }

    boolean isOver() {
        return since == NEVER;
    }

    /** Whether the replica is to be given up. */
    boolean isFinal(State state, long nowNanos) {
        if (state == State.STALE) {
            return true;
        }
        if (since == NEVER || state == State.OPENED) {
            return false;
        }
        Duration patience =
                state == State.LIVE
                        ? options.answerTimeout()
                        : notHere ? options.patience() : options.retryFor();
        return nowNanos - since >= patience.toNanos();
    }
}
