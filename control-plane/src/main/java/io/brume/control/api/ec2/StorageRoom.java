package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.store.ReadTransaction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Room for new volumes. Which storage nodes are to hold one is promised before the transaction that
 * makes it, and given back when that does not happen.
 */
final class StorageRoom {
    private final Ec2Parts.VolumeParts parts;
    private final Ids ids;

    StorageRoom(Ec2Parts.VolumeParts parts, Ids ids) {
        this.parts = requireNonNull(parts);
        this.ids = requireNonNull(ids);
    }

    /** Storage nodes that are promised to a volume of a zone. */
    record Held(VolumeId id, String zone, List<NodeId> nodes) {
        Held {
            requireNonNull(id);
            requireNonNull(zone);
            nodes = List.copyOf(nodes);
        }

        /** Nobody writes it yet. */
        Placement placement(ReadTransaction tx) {
            return Placement.begun(nodes, Optional.empty(), tx.revision(), Calls.now());
        }
    }

    /**
     * Room for one more.
     *
     * @param preferred nodes that have what it begins as
     * @throws Fault {@code InsufficientVolumeCapacity}
     */
    Held hold(String zone, long sizeBytes, List<NodeId> preferred) {
        var id = VolumeId.create(ids);
        var demand =
                new ReplicaDemand(
                        zone, parts.copies(), sizeBytes, Set.of(), new HashSet<>(preferred));
        var nodes = parts.capacity().hold(id, demand);
        if (nodes.isEmpty()) {
            parts.capacity().release(id);
            throw Fault.of(
                    Fault.Category.CAPACITY,
                    "InsufficientVolumeCapacity",
                    "There is not enough capacity to create the volume: no storage node of zone '%s' is connected and has room."
                            .formatted(zone));
        }
        return new Held(id, zone, nodes);
    }

    void release(Held held) {
        parts.capacity().release(held.id());
    }
}
