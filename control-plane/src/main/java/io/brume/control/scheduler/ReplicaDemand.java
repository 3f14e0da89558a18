package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.util.Set;

/**
 * Replicas that need a place.
 *
 * @param count how many
 * @param sizeBytes of each
 * @param taken nodes that have one of the volume already
 * @param preferred nodes that have the snapshot the volume begins as
 */
public record ReplicaDemand(
        String zone, int count, long sizeBytes, Set<NodeId> taken, Set<NodeId> preferred) {
    public ReplicaDemand {
        requireNonNull(zone);
        taken = Set.copyOf(taken);
        preferred = Set.copyOf(preferred);
    }
}
