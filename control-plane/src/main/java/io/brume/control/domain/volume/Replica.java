package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.time.Instant;

/**
 * A copy of a volume on a storage node.
 *
 * @param since the store's revision before its role last changed
 * @param changed when its role last changed
 */
public record Replica(NodeId node, ReplicaRole role, long since, Instant changed) {
    public Replica {
        requireNonNull(node);
        requireNonNull(role);
        requireNonNull(changed);
    }

    public Replica as(ReplicaRole other, long revision, Instant now) {
        return role == other ? this : new Replica(node, other, revision, now);
    }
}
