package io.brume.control.fleet;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.Volume;
import io.brume.proto.node.v1.Role;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which agent serves a volume that no instance has. Pure. */
public final class AgentChoice {
    private AgentChoice() {}

    /**
     * An agent on a host of a replica if there is one, else any of the volume's zone; the same for
     * the same hosts.
     *
     * @param connected as {@link Fleet#connected}
     * @param fit whether an agent may be chosen
     */
    public static Optional<NodeId> of(
            Volume volume, Map<NodeId, FleetEvent.Connected> connected, Predicate<NodeId> fit) {
        var replicaHosts = new HashSet<String>();
        volume.placement()
                .replicas()
                .forEach(replica -> {
                    var node = connected.get(replica.node());
                    if (node != null) {
                        replicaHosts.add(node.facts().getHostName());
                    }
                });
        return connected.values().stream()
                .filter(node -> node.role() == Role.ROLE_NODE_AGENT)
                .filter(node -> node.facts().getZone().equals(volume.zone()))
                .filter(node -> fit.test(node.node()))
                .min(
                        Comparator.comparing((FleetEvent.Connected node) ->
                                        !replicaHosts.contains(node.facts().getHostName()))
                                .thenComparingInt(node -> spread(node.node(), volume)))
                .map(FleetEvent.Connected::node);
    }

    /** Another order of the agents for each volume, so that not one has to do everything. */
    private static int spread(NodeId agent, Volume volume) {
        return (agent.value() + volume.id().value()).hashCode();
    }
}
