package io.brume.control.domain.object;

import io.brume.control.domain.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Blobs that are kept together, by the same nodes.
 *
 * @param number blobs' names begin with it
 * @param epoch only grows; raised by whatever changes who gets new blobs
 * @param members who has or gets them
 * @param wanted who is to have them once all is moved
 */
public record PlacementGroup(
        int number, long epoch, List<PlacementMember> members, Set<NodeId> wanted) {
    /** Enough to spread over any number of nodes that one index group serves. */
    public static final int COUNT = 64;

    /** How many nodes keep each blob, where there are so many. */
    public static final int COPIES = 3;

    public PlacementGroup {
        members = List.copyOf(members);
        wanted = Set.copyOf(wanted);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a group has a member");
        }
    }

    /** One without any blob, which is all there for its first node. */
    public static PlacementGroup empty(int number, NodeId node) {
        return new PlacementGroup(
                number,
                1,
                List.of(new PlacementMember(node, PlacementRole.FILLED, false)),
                Set.of(node));
    }

    public Optional<PlacementMember> on(NodeId node) {
        return members.stream().filter(member -> member.node().equals(node)).findFirst();
    }

    public Set<NodeId> nodes() {
        return members.stream().map(PlacementMember::node).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether nothing is moving. */
    public boolean atRest() {
        return nodes().equals(wanted)
                && members.stream().allMatch(member -> member.role() == PlacementRole.FILLED);
    }

    public PlacementGroup wanting(Set<NodeId> nodes) {
        return new PlacementGroup(number, epoch, members, nodes);
    }

    /** Whose roles are others, which changes nothing for who gets new blobs. */
    PlacementGroup withRoles(UnaryOperator<PlacementMember> change) {
        return new PlacementGroup(number, epoch, members.stream().map(change).toList(), wanted);
    }

    /** The member has everything. */
    public PlacementGroup filled(NodeId node) {
        return withRoles(
                member -> member.node().equals(node) ? member.as(PlacementRole.FILLED) : member);
    }

    /** These begin to get new blobs, whatever they were before. */
    public PlacementGroup filling(Set<NodeId> nodes) {
        var others = members.stream().filter(member -> !nodes.contains(member.node()));
        var fresh =
                nodes.stream()
                        .sorted()
                        .map(node -> new PlacementMember(node, PlacementRole.FILLING, false));
        return new PlacementGroup(number, epoch + 1, Stream.concat(others, fresh).toList(), wanted);
    }

    /** Each member, lost or not. */
    public PlacementGroup lost(Predicate<PlacementMember> isLost) {
        var next = withRoles(member -> member.lost(isLost.test(member)));
        return next.equals(this)
                ? this
                : new PlacementGroup(number, epoch + 1, next.members, wanted);
    }

    /** These get no new blobs any more. */
    public PlacementGroup leaving(Set<NodeId> nodes) {
        var next =
                withRoles(member ->
                        nodes.contains(member.node()) ? member.as(PlacementRole.LEAVING) : member);
        return new PlacementGroup(number, epoch + 1, next.members, wanted);
    }

    /** Without those who leave. */
    public PlacementGroup left() {
        return new PlacementGroup(
                number,
                epoch + 1,
                members.stream().filter(member -> member.role() != PlacementRole.LEAVING).toList(),
                wanted);
    }
}
