package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.Phase;
import java.time.Duration;

/**
 * Which replicas of a volume are lost, tried again, and made anew elsewhere. Pure. That a replica
 * leaves the in-sync set of a volume that is written is its writer's word: {@link WriterHearing}.
 */
final class ReplicaRepair {
    /** How long a replica that has failed rests before it is tried again. */
    static final Duration REST = Duration.ofSeconds(2);

    private ReplicaRepair() {}

    static Placement repaired(Placement placement, VolumeSeen seen, Moment moment) {
        var turned = placement;
        for (var replica : placement.replicas()) {
            // One after the other: each is judged by what is left of the set.
            var before = turned;
            turned =
                    before.eachReplica(
                            one -> one.equals(replica) ? turned(before, one, seen, moment) : one);
        }
        var next = turned;
        for (var replica : next.replicas()) {
            if (replica.role() == ReplicaRole.LOST && isGivenUp(replica, seen, moment)) {
                var other = seen.places().replica(next.nodes());
                if (other.isPresent()) {
                    return next.without(replica.node())
                            .plus(VolumePlanner.fresh(other.get(), ReplicaRole.REBUILDING, moment));
                }
            }
        }
        return next.replicas().size() < next.copies() && next.has(ReplicaRole.IN_SYNC)
                ? seen.places()
                        .replica(next.nodes())
                        .map(node ->
                                next.plus(
                                        VolumePlanner.fresh(node, ReplicaRole.REBUILDING, moment)))
                        .orElse(next)
                : next;
    }

    private static boolean isGivenUp(Replica replica, VolumeSeen seen, Moment moment) {
        return moment.isPast(replica.changed(), moment.replaceAfter())
                || seen.isAwayFor(replica.node(), moment.replaceAfter());
    }

    private static Replica turned(
            Placement placement, Replica replica, VolumeSeen seen, Moment moment) {
        var node = replica.node();
        return switch (replica.role()) {
            case LOST -> {
                boolean back =
                        !seen.isAway(node)
                                && seen.says(node, Phase.SERVING)
                                && moment.isPast(replica.changed(), REST);
                yield back
                        ? replica.as(ReplicaRole.REBUILDING, moment.revision(), moment.now())
                        : replica;
            }
            case REBUILDING ->
                    lostIf(seen.isAway(node) || seen.says(node, Phase.FAILED), replica, moment);
            case IN_SYNC ->
                    lostIf(
                            placement.writer().isEmpty()
                                    && isOutOfReach(node, seen, moment)
                                    && another(placement, node, seen),
                            replica,
                            moment);
            // The writer knows, or is about to.
            case JOINING -> replica;
        };
    }

    /** Nobody writes, so nobody reports: a replica of the set that will not come back by itself. */
    private static boolean isOutOfReach(NodeId node, VolumeSeen seen, Moment moment) {
        return seen.isAwayFor(node, moment.replaceAfter())
                || seen.says(node, Phase.FAILED)
                || seen.says(node, Phase.ABSENT);
    }

    private static boolean another(Placement placement, NodeId node, VolumeSeen seen) {
        return placement.nodes(ReplicaRole.IN_SYNC).stream()
                .anyMatch(other -> !other.equals(node) && seen.says(other, Phase.SERVING));
    }

    static Replica lostIf(boolean lost, Replica replica, Moment moment) {
        return lost ? replica.as(ReplicaRole.LOST, moment.revision(), moment.now()) : replica;
    }
}
