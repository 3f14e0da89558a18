package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.PlacementGroup;
import io.brume.control.domain.object.PlacementRole;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides which storage nodes keep which placement groups. Pure.
 *
 * <p>A group moves in steps: new nodes get what is written from now on and fetch the rest; when all
 * who are to stay have everything, the others get no more; when all who stay have everything that
 * was written until then, the others are out. What must never happen: a node that has something of
 * a group leaves it before all who stay have said, since nothing more could come there, that they
 * have all. Who is away says nothing, and so keeps a group where it is.
 */
final class PlacementPlanner {
    private PlacementPlanner() {}

    static List<PlacementGroup> next(List<PlacementGroup> groups, ObjectStoreSeen seen) {
        if (groups.isEmpty()) {
            return seen.candidates().stream()
                    .findFirst()
                    .map(node -> next(all(node.id()), seen))
                    .orElse(groups);
        }
        return PlacementTargets.wanted(groups, seen).stream()
                .map(group -> step(group, seen))
                .toList();
    }

    private static List<PlacementGroup> all(NodeId node) {
        return IntStream.range(0, PlacementGroup.COUNT)
                .mapToObj(number -> PlacementGroup.empty(number, node))
                .toList();
    }

    private static PlacementGroup step(PlacementGroup before, ObjectStoreSeen seen) {
        var group = heard(before, seen);
        var newcomers = new HashSet<NodeId>();
        for (var node : group.wanted()) {
            if (group.on(node).filter(one -> one.role() != PlacementRole.LEAVING).isEmpty()) {
                newcomers.add(node);
            }
        }
        if (!newcomers.isEmpty()) {
            return group.filling(newcomers);
        }
        if (!isSafeWith(group, group.wanted(), seen)) {
            return group;
        }
        var unwanted = new HashSet<NodeId>();
        boolean leaving = false;
        for (var member : group.members()) {
            if (member.role() == PlacementRole.LEAVING) {
                leaving = true;
            } else if (!group.wanted().contains(member.node())) {
                unwanted.add(member.node());
            }
        }
        if (!unwanted.isEmpty()) {
            return group.leaving(unwanted);
        }
        return leaving ? group.left() : group;
    }

    private static PlacementGroup heard(PlacementGroup before, ObjectStoreSeen seen) {
        var group =
                before.lost(member ->
                        member.lost() ? !seen.isHere(member.node()) : seen.isLost(member.node()));
        var next = group;
        for (var member : group.members()) {
            if (member.role() == PlacementRole.FILLING
                    && seen.isComplete(member.node(), group.number(), group.epoch())) {
                next = next.filled(member.node());
            }
        }
        return next;
    }

    /** Whether each of these has everything, and says so now. */
    private static boolean isSafeWith(
            PlacementGroup group, Set<NodeId> nodes, ObjectStoreSeen seen) {
        return !nodes.isEmpty()
                && nodes.stream()
                        .allMatch(node ->
                                group.on(node)
                                                .filter(one -> one.role() == PlacementRole.FILLED)
                                                .isPresent()
                                        && seen.isComplete(node, group.number(), group.epoch()));
    }
}
