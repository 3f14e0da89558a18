package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.Capacity;
import io.brume.control.scheduler.NodeView;
import io.brume.control.scheduler.Resources;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.Role;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the scheduler what each host has to give.
 *
 * <p>Processors are given out several times over, since guests mostly wait; memory is not. Some
 * memory stays with the host itself. Thread-safe; returns at once.
 */
final class NodeCapacity {
    private final Capacity capacity;
    private final Overcommit overcommit;
    private final Map<NodeId, NodeView> known = new ConcurrentHashMap<>();

    /**
     * How much of a host is given out.
     *
     * @param vcpusPerCpu at least 1
     * @param hostMemoryMib what stays with the host
     */
    record Overcommit(int vcpusPerCpu, long hostMemoryMib) {}

    NodeCapacity(Capacity capacity, Overcommit overcommit) {
        this.capacity = requireNonNull(capacity);
        this.overcommit = requireNonNull(overcommit);
    }

    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.Connected connected -> {
                if (connected.role() == Role.ROLE_NODE_AGENT) {
                    update(view(connected.node(), connected.facts()));
                }
            }
            case FleetEvent.Disconnected(NodeId node, String _) ->
                    known.computeIfPresent(node, (_, view) -> unavailable(view));
            case FleetEvent.Joined _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObjectStoreObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    private void update(NodeView view) {
        known.put(view.id(), view);
        capacity.update(view);
    }

    private NodeView unavailable(NodeView view) {
        var gone =
                new NodeView(
                        view.id(),
                        view.zone(),
                        view.architecture(),
                        view.total(),
                        view.used(),
                        false);
        capacity.update(gone);
        return gone;
    }

    private NodeView view(NodeId node, NodeFacts facts) {
        var total =
                new Resources(
                        (long) facts.getCpus() * overcommit.vcpusPerCpu(),
                        Math.max(0, facts.getMemoryMib() - overcommit.hostMemoryMib()));
        return new NodeView(
                node, facts.getZone(), facts.getArchitecture(), total, Resources.NONE, true);
    }
}
