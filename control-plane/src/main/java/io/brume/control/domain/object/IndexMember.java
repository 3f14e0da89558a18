package io.brume.control.domain.object;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;

/**
 * A storage node as a member of the index group.
 *
 * @param name of the membership, which never comes again: a node that left and is back is another
 *     member
 */
public record IndexMember(NodeId node, String name) {
    public IndexMember {
        requireNonNull(node);
        requireNonNull(name);
    }
}
