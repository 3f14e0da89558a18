package io.brume.control.fleet;

import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.ObjectStoreObservation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last word of each storage node on the object store, as long as it has a session. In memory
 * only: a node that connects tells everything again. Thread-safe; returns at once.
 */
public final class ObjectSightings {
    private final Map<NodeId, ObjectStoreObservation> words = new ConcurrentHashMap<>();

    /** Hears of a host. */
    public void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.ObjectStoreObserved(NodeId node, ObjectStoreObservation seen) ->
                    words.put(node, seen);
            case FleetEvent.Connected connected -> words.remove(connected.node());
            case FleetEvent.Disconnected gone -> words.remove(gone.node());
            case FleetEvent.Joined _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    /** The last word of a node. */
    public Optional<ObjectStoreObservation> of(NodeId node) {
        return Optional.ofNullable(words.get(node));
    }
}
