package io.brume.node.instance;

import static java.util.Objects.requireNonNull;

/**
 * The end of a guest's process.
 *
 * @param instanceId whose
 * @param runEpoch which start of the instance
 * @param cause who ended it
 * @param reason for people, for example the last lines the hypervisor wrote
 */
public record GuestExit(String instanceId, long runEpoch, Cause cause, String reason) {
    public GuestExit {
        requireNonNull(instanceId);
        requireNonNull(cause);
        requireNonNull(reason);
    }

    /** Who ended a guest. */
    public enum Cause {
        /** The agent, by power button or by force. */
        REQUESTED,
        /** The guest shut itself down. */
        GUEST,
        /** The hypervisor process died. */
        HYPERVISOR,
        /** The host restarted. */
        HOST_RESTART
    }
}
