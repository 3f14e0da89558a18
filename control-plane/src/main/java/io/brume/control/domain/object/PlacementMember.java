package io.brume.control.domain.object;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;

/**
 * A storage node in a placement group.
 *
 * @param lost it has been away for so long that the others do not wait for it
 */
public record PlacementMember(NodeId node, PlacementRole role, boolean lost) {
    public PlacementMember {
        requireNonNull(node);
        requireNonNull(role);
    }

    public PlacementMember as(PlacementRole other) {
        return new PlacementMember(node, other, lost);
    }

    public PlacementMember lost(boolean now) {
        return new PlacementMember(node, role, now);
    }
}
