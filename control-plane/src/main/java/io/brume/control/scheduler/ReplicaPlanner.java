package io.brume.control.scheduler;

import io.brume.control.domain.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Chooses storage nodes for the replicas of a volume. Pure; the same nodes give the same choice.
 *
 * <p>Replicas lie on distinct nodes of the volume's zone that have room. Among those, nodes that
 * have the volume's snapshot come first, then nodes of hosts that hold no other replica, then the
 * one whose disk is promised the least.
 */
public final class ReplicaPlanner {
    /** A node with less than this is full: what its own block server keeps back, twice. */
    static final long LEAST_FREE_BYTES = 512L << 20;

    private ReplicaPlanner() {}

    /** As many as were asked for, or as there are; the best first. */
    public static List<NodeId> choose(Collection<StorageNodeView> nodes, ReplicaDemand demand) {
        Map<NodeId, StorageNodeView> known =
                nodes.stream().collect(Collectors.toMap(StorageNodeView::id, Function.identity()));
        var hosts = new HashSet<String>();
        demand.taken()
                .forEach(id -> {
                    var node = known.get(id);
                    if (node != null) {
                        hosts.add(node.hostName());
                    }
                });
        var left =
                new ArrayList<>(
                        nodes.stream()
                                .filter(node -> fits(node, demand))
                                .sorted(Comparator.comparing(StorageNodeView::id))
                                .toList());
        var chosen = new ArrayList<NodeId>();
        while (chosen.size() < demand.count() && !left.isEmpty()) {
            var best = left.stream().min(order(demand.preferred(), hosts)).orElseThrow();
            left.remove(best);
            chosen.add(best.id());
            hosts.add(best.hostName());
        }
        return List.copyOf(chosen);
    }

    private static boolean fits(StorageNodeView node, ReplicaDemand demand) {
        return node.available()
                && node.zone().equals(demand.zone())
                && !demand.taken().contains(node.id())
                && node.freeBytes() >= LEAST_FREE_BYTES;
    }

    private static Comparator<StorageNodeView> order(Set<NodeId> preferred, Set<String> hosts) {
        return Comparator.<StorageNodeView>comparingInt(
                        node -> preferred.contains(node.id()) ? 0 : 1)
                .thenComparingInt(node -> hosts.contains(node.hostName()) ? 1 : 0)
                .thenComparingDouble(StorageNodeView::fullness)
                .thenComparing(Comparator.comparingLong(StorageNodeView::freeBytes).reversed())
                .thenComparing(StorageNodeView::id);
    }
}
