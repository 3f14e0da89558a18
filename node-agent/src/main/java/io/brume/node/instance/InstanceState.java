package io.brume.node.instance;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far an instance has come.
 *
 * @param want the latest word; null only before the first
 * @param runEpoch the last start that was performed or given up; -1 before the first
 * @param rebootEpoch the last reboot that was performed
 * @param cause why it is stopped, when it is
 * @param reason for people: what went wrong last
 * @param failures of the current step in a row
 */
record InstanceState(
        Phase phase,
        @Nullable InstanceWant want,
        long runEpoch,
        long rebootEpoch,
        Optional<GuestExit.Cause> cause,
        String reason,
        int failures) {
    /**
     * Where an instance is in its life on this host.
     *
     * <pre>
     *  NEW ──▶ STARTING ──▶ RUNNING ──▶ STOPPING ──▶ STOPPED ──▶ STARTING …
     *             │            │  exit                  ▲
     *             ▼            └────────────────────────┘
     *           FAILED                  any ──▶ REMOVING ──▶ ABSENT
     * </pre>
     */
    enum Phase {
        /** Nothing has been done for it yet. */
        NEW,
        /** Its parts are being made, or waited for. */
        STARTING,
        RUNNING,
        /** It was asked to stop, or is being ended. */
        STOPPING,
        STOPPED,
        /** It could not be started. */
        FAILED,
        /** What there is of it is being removed. */
        REMOVING,
        /** Nothing is left of it. */
        ABSENT
    }

    InstanceState {
        requireNonNull(phase);
        requireNonNull(cause);
        requireNonNull(reason);
    }

    static InstanceState fresh() {
        return new InstanceState(Phase.NEW, null, -1, 0, Optional.empty(), "", 0);
    }

    InstanceState in(Phase next) {
        return new InstanceState(
                next,
                want,
                runEpoch,
                rebootEpoch,
                Optional.empty(),
                "",
                next == phase ? failures : 0);
    }

    InstanceState wanting(InstanceWant newer) {
        return new InstanceState(phase, newer, runEpoch, rebootEpoch, cause, reason, failures);
    }

    InstanceState stopped(GuestExit.Cause why, String words) {
        return new InstanceState(
                Phase.STOPPED, want, runEpoch, rebootEpoch, Optional.of(why), words, 0);
    }

    InstanceState started(long epoch, long reboots) {
        return new InstanceState(
                Phase.RUNNING,
                want,
                epoch,
                Math.max(rebootEpoch, reboots),
                Optional.empty(),
                "",
                0);
    }

    InstanceState rebooted(long epoch) {
        return new InstanceState(phase, want, runEpoch, epoch, cause, reason, 0);
    }

    InstanceState failed(long epoch, String words) {
        return new InstanceState(
                Phase.FAILED, want, epoch, rebootEpoch, Optional.empty(), words, 0);
    }

    /** The current step failed and will be tried again. */
    InstanceState stumbled(String words) {
        return new InstanceState(phase, want, runEpoch, rebootEpoch, cause, words, failures + 1);
    }

    /** The current step waits for something else. */
    InstanceState waiting(String words) {
        return new InstanceState(phase, want, runEpoch, rebootEpoch, cause, words, failures);
    }
}
