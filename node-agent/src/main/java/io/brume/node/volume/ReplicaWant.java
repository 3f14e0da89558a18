package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

/**
 * A replica as the control plane names it.
 *
 * @param inSync every write needs it; otherwise it is to be brought in step
 * @param address host and port of its block server
 * @param socket path of its Unix socket; empty = none
 * @param hostName where it is
 */
public record ReplicaWant(
        String nodeId, boolean inSync, String address, String socket, String hostName) {
    public ReplicaWant {
        requireNonNull(nodeId);
        requireNonNull(address);
        requireNonNull(socket);
        requireNonNull(hostName);
    }
}
