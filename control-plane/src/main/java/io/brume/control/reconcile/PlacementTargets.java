package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.PlacementGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which nodes are to have which placement groups in the end. Pure. Copies that are missing
 * are wanted at once; for evenness only a few groups move at a time. Not thread-safe; used once.
 */
final class PlacementTargets {
    /** How many groups may be on the move when another one is moved for evenness. */
    static final int MOST_MOVING = 4;

    private final ObjectStoreSeen seen;
    private final List<NodeId> candidates;
    private final Map<NodeId, Integer> load = new HashMap<>();

    private PlacementTargets(ObjectStoreSeen seen) {
        this.seen = seen;
        this.candidates = seen.candidates().stream().map(ObjectStoreSeen.Node::id).toList();
    }

    /** The groups, each with who is to have it. */
    static List<PlacementGroup> wanted(List<PlacementGroup> groups, ObjectStoreSeen seen) {
        var targets = new PlacementTargets(seen);
        groups.forEach(group -> group.wanted().forEach(node -> targets.count(node, 1)));
        var next = new ArrayList<>(groups.stream().map(targets::repaired).toList());
        targets.levelled(next);
        return List.copyOf(next);
    }

    private void count(NodeId node, int more) {
        load.merge(node, more, Integer::sum);
    }

    private int load(NodeId node) {
        return load.getOrDefault(node, 0);
    }

    private PlacementGroup repaired(PlacementGroup group) {
        var wanted = new HashSet<>(group.wanted());
        for (var node : group.wanted().stream().sorted().toList()) {
            // One that cannot be replaced stays: should it come back, it has only little to fetch.
            if (seen.isLost(node) && add(group, wanted)) {
                wanted.remove(node);
                count(node, -1);
            }
        }
        boolean added = true;
        while (added && wanted.size() < PlacementGroup.COPIES) {
            added = add(group, wanted);
        }
        return wanted.equals(group.wanted()) ? group : group.wanting(wanted);
    }

    /** Adds the node that suits a group best; first of all one that has something of it. */
    private boolean add(PlacementGroup group, Set<NodeId> wanted) {
        var best =
                candidates.stream()
                        .filter(node -> !wanted.contains(node))
                        .max(
                                Comparator.comparing((NodeId node) -> group.on(node).isPresent())
                                        .thenComparing(node -> seen.spread(with(wanted, node)))
                                        .thenComparing(this::load, Comparator.reverseOrder())
                                        .thenComparing(Comparator.reverseOrder()));
        best.ifPresent(node -> {
            wanted.add(node);
            count(node, 1);
        });
        return best.isPresent();
    }

    private void levelled(List<PlacementGroup> groups) {
        long moving = groups.stream().filter(group -> !group.atRest()).count();
        for (int i = 0; i < groups.size() && moving < MOST_MOVING; i++) {
            var group = groups.get(i);
            if (group.atRest() && group.wanted().size() == PlacementGroup.COPIES) {
                var better = levelled(group);
                if (!better.equals(group)) {
                    groups.set(i, better);
                    moving++;
                }
            }
        }
    }

    /** The group with one node exchanged for another that has less to keep, or spreads it wider. */
    private PlacementGroup levelled(PlacementGroup group) {
        var spread = seen.spread(group.wanted());
        var most =
                group.wanted().stream()
                        .sorted(
                                Comparator.comparing(this::load, Comparator.reverseOrder())
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        var lightest = candidates.stream().sorted(Comparator.comparingInt(this::load)).toList();
        for (var from : most) {
            for (var to : lightest) {
                if (!group.wanted().contains(to)) {
                    var other = with(group.wanted(), to);
                    other.remove(from);
                    int change = seen.spread(other).compareTo(spread);
                    int gain = load(from) - load(to);
                    if ((change >= 0 && gain >= 2) || (change > 0 && gain >= 0)) {
                        count(from, -1);
                        count(to, 1);
                        return group.wanting(other);
                    }
                }
            }
        }
        return group;
    }

    private static Set<NodeId> with(Collection<NodeId> nodes, NodeId one) {
        var all = new HashSet<>(nodes);
        all.add(one);
        return all;
    }
}
