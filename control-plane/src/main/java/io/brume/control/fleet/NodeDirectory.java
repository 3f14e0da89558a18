package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The hosts that have joined. Thread-safe; calls may block for as long as the store needs, so they
 * are made from virtual threads.
 */
public interface NodeDirectory {
    /**
     * A host that has joined.
     *
     * @param revoked it must never connect again
     */
    record Node(
            NodeId id, Role role, String hostName, String zone, Instant joinedAt, boolean revoked) {
        public Node {
            requireNonNull(id);
            requireNonNull(role);
            requireNonNull(joinedAt);
        }
    }

    Optional<Node> find(NodeId id);

    /** All of them, by id. */
    List<Node> all();

    /** Adds a host. Does nothing when one of this id is there. */
    void add(Node node);

    /**
     * From now on the host is not admitted. Its session, if it has one, ends by {@link
     * Fleet#disconnect}.
     *
     * @return whether there is such a host
     */
    boolean revoke(NodeId id);
}
