package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;

/**
 * One host as the scheduler sees it.
 *
 * @param total what may be given out, overcommitment included
 * @param used what is given out already
 * @param available whether it can be talked to and takes instances
 */
public record NodeView(
        NodeId id,
        String zone,
        String architecture,
        Resources total,
        Resources used,
        boolean available) {
    public NodeView {
        requireNonNull(id);
        requireNonNull(zone);
        requireNonNull(architecture);
        requireNonNull(total);
        requireNonNull(used);
    }

    /** The same host with more, or less, given out. */
    public NodeView withUsed(Resources other) {
        return new NodeView(id, zone, architecture, total, other, available);
    }

    /** What is left. */
    public Resources free() {
        return total.minus(used);
    }
}
