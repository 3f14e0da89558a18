package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.IndexGroup;
import io.brume.control.domain.object.IndexMember;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Decides who is in the index group. Pure.
 *
 * <p>What must never happen: a group is founded a second time, or wanted members are changed while
 * the change before is still under way, so that the old and the new have no majority in common. The
 * group's leader says who is in it; until that is who is wanted, nothing more is wanted.
 */
final class IndexGroupPlanner {
    private IndexGroupPlanner() {}

    static Optional<IndexGroup> next(Optional<IndexGroup> group, ObjectStoreSeen seen, UUID fresh) {
        if (group.isEmpty()) {
            return candidate(Set.of(), seen).map(node -> IndexGroup.foundedBy(fresh, node));
        }
        return Optional.of(
                group.get().founded()
                        ? kept(group.get(), seen)
                        : founding(group.get(), seen, fresh));
    }

    /** It serves nobody before it is known to be founded: giving it up loses nothing. */
    private static IndexGroup founding(IndexGroup group, ObjectStoreSeen seen, UUID fresh) {
        if (seen.leadersMembers(group).contains(group.names())) {
            return group.nowFounded();
        }
        var founder = group.members().getFirst().node();
        return seen.isLost(founder)
                ? candidate(Set.of(founder), seen)
                        .map(node -> IndexGroup.foundedBy(fresh, node))
                        .orElse(group)
                : group;
    }

    private static IndexGroup kept(IndexGroup group, ObjectStoreSeen seen) {
        var leaders = seen.leadersMembers(group);
        if (leaders.contains(group.names())) {
            return settled(group, seen);
        }
        // A newcomer that is lost before it came is not waited for.
        return group.members().stream()
                .filter(member -> seen.isLost(member.node()))
                .filter(member ->
                        !leaders.isEmpty()
                                && leaders.stream().noneMatch(in -> in.contains(member.name())))
                .findFirst()
                .map(member -> replaced(group, member, seen).orElse(group.without(member)))
                .orElse(group);
    }

    private static IndexGroup settled(IndexGroup group, ObjectStoreSeen seen) {
        for (var member : group.members()) {
            if (seen.isLost(member.node())) {
                return replaced(group, member, seen).orElse(group);
            }
        }
        return group.members().size() < IndexGroup.MOST_MEMBERS
                ? candidate(group.nodes(), seen).map(group::plus).orElse(group)
                : group;
    }

    /** A member less would make the group no safer: it stays until there is another node. */
    private static Optional<IndexGroup> replaced(
            IndexGroup group, IndexMember member, ObjectStoreSeen seen) {
        return candidate(group.nodes(), seen).map(node -> group.plus(node).without(member));
    }

    /** The node that spreads the group best. */
    private static Optional<NodeId> candidate(Set<NodeId> others, ObjectStoreSeen seen) {
        return seen.candidates().stream()
                .map(ObjectStoreSeen.Node::id)
                .filter(node -> !others.contains(node))
                .max(
                        Comparator.comparing((NodeId node) -> seen.spread(with(others, node)))
                                .thenComparing(Comparator.reverseOrder()));
    }

    private static Set<NodeId> with(Set<NodeId> nodes, NodeId one) {
        var all = new HashSet<>(nodes);
        all.add(one);
        return all;
    }
}
