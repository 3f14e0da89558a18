package io.brume.control.domain.object;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The Raft group that keeps the index of all objects.
 *
 * @param founded its first member has made it; nobody is served, and nobody joins, before that
 * @param members who is to be in it; not empty
 * @param nextMember counts the members that there ever were
 */
public record IndexGroup(UUID id, boolean founded, List<IndexMember> members, long nextMember) {
    /** More would only make each change slower. */
    public static final int MOST_MEMBERS = 3;

    public IndexGroup {
        requireNonNull(id);
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a group has a member");
        }
    }

    /** One that this node is to found. */
    public static IndexGroup foundedBy(UUID id, NodeId founder) {
        return new IndexGroup(id, false, List.of(new IndexMember(founder, name(founder, 1))), 2);
    }

    private static String name(NodeId node, long number) {
        return node + "." + number;
    }

    public IndexGroup nowFounded() {
        return new IndexGroup(id, true, members, nextMember);
    }

    public IndexGroup plus(NodeId node) {
        var more = new ArrayList<>(members);
        more.add(new IndexMember(node, name(node, nextMember)));
        return new IndexGroup(id, founded, more, nextMember + 1);
    }

    public IndexGroup without(IndexMember member) {
        return new IndexGroup(
                id,
                founded,
                members.stream().filter(one -> !one.equals(member)).toList(),
                nextMember);
    }

    public Set<String> names() {
        return members.stream().map(IndexMember::name).collect(Collectors.toUnmodifiableSet());
    }

    public Set<NodeId> nodes() {
        return members.stream().map(IndexMember::node).collect(Collectors.toUnmodifiableSet());
    }
}
