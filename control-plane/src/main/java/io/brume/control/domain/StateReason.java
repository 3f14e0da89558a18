package io.brume.control.domain;

import static java.util.Objects.requireNonNull;

/**
 * Why a resource is in its state, in AWS's words: a code for programs, a message for people.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html">StateReason</a>.
 */
public record StateReason(String code, String message) {
    public static final StateReason USER_STOP =
            new StateReason(
                    "Client.UserInitiatedShutdown",
                    "Client.UserInitiatedShutdown: User initiated shutdown");
    public static final StateReason GUEST_SHUTDOWN =
            new StateReason(
                    "Client.InstanceInitiatedShutdown",
                    "Client.InstanceInitiatedShutdown: Instance initiated shutdown");
    public static final StateReason PENDING = new StateReason("pending", "pending");

    public StateReason {
        requireNonNull(code);
        requireNonNull(message);
    }

    /** Brume's own fault, with what happened. */
    public static StateReason serverError(String what) {
        return new StateReason("Server.InternalError", "Server.InternalError: " + what);
    }
}
