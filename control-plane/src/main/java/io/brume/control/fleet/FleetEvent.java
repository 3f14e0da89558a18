package io.brume.control.fleet;

import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.Role;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VpcObservation;
import java.util.Set;

/**
 * What a host is heard to say, or is noticed to do. After {@link Connected} the host tells all it
 * has, thing by thing, and closes with {@link ObservationsComplete}; from then on it tells what
 * changes. Each observation replaces the one before of the same id.
 */
public sealed interface FleetEvent {
    /** Which host. */
    NodeId node();

    /** A host traded its join token for a certificate; it has no session yet. */
    record Joined(NodeId node, Role role, String hostName, String zone) implements FleetEvent {}

    /** A host opened its session. Comes also when it comes back. */
    record Connected(NodeId node, Role role, String version, NodeFacts facts)
            implements FleetEvent {}

    /**
     * A host's session ended, or it was not heard of for too long. Its guests may well run on.
     *
     * @param reason for people
     */
    record Disconnected(NodeId node, String reason) implements FleetEvent {}

    /** What is free on the host now; comes with every heartbeat. */
    record Heartbeat(NodeId node, NodeObservation observation) implements FleetEvent {}

    record InstanceObserved(NodeId node, InstanceObservation observation) implements FleetEvent {}

    record ImageObserved(NodeId node, ImageObservation observation) implements FleetEvent {}

    record VpcObserved(NodeId node, VpcObservation observation) implements FleetEvent {}

    record VolumeObserved(NodeId node, VolumeObservation observation) implements FleetEvent {}

    record ReplicaObserved(NodeId node, ReplicaObservation observation) implements FleetEvent {}

    record SnapshotObserved(NodeId node, SnapshotObservation observation) implements FleetEvent {}

    record ObjectStoreObserved(NodeId node, ObjectStoreObservation observation)
            implements FleetEvent {}

    /**
     * All that the host has was told since {@link Connected}.
     *
     * @param ids every thing that was named and not called absent; what is not here does not exist
     *     on the host
     */
    record ObservationsComplete(NodeId node, Set<String> ids) implements FleetEvent {
        public ObservationsComplete {
            ids = Set.copyOf(ids);
        }
    }
}
