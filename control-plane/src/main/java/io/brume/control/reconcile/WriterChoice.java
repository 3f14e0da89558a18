package io.brume.control.reconcile;

import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import java.util.Optional;

/**
 * Who writes a volume: the host of the instance that has it, or, while something is to be done to
 * one that nobody has, a caretaker. Pure.
 */
final class WriterChoice {
    private WriterChoice() {}

    static Volume written(Volume volume, VolumeSeen seen) {
        var placement = volume.placement();
        var attachment = volume.attachment().orElse(null);
        if (attachment != null) {
            // Between being fenced off and being detached nobody writes.
            boolean served = attachment.state().isWanted();
            return !served
                            || seen.instanceNode().isEmpty()
                            || placement.writer().equals(seen.instanceNode())
                    ? volume
                    : volume.with(placement.withWriter(seen.instanceNode(), false));
        }
        boolean needed = needsCaretaker(volume, seen);
        if (!needed) {
            return placement.writer().isEmpty()
                    ? volume
                    : volume.with(placement.withWriter(Optional.empty(), false));
        }
        var writer = placement.writer().orElse(null);
        boolean well = writer != null && !seen.isAwayFor(writer, VolumePlanner.WRITER_PATIENCE);
        if (well) {
            return volume;
        }
        return seen.places()
                .caretaker(placement.writer())
                .map(agent -> volume.with(placement.withWriter(Optional.of(agent), false)))
                .orElse(volume);
    }

    /** Whether something is to be done to a volume that no instance has. */
    static boolean needsCaretaker(Volume volume, VolumeSeen seen) {
        var placement = volume.placement();
        boolean somethingToDo =
                seen.cutsWanted()
                        || placement.has(ReplicaRole.REBUILDING)
                        || placement.has(ReplicaRole.JOINING)
                        || volume.modification()
                                .filter(one -> one.completed().isEmpty() && one.grows())
                                .isPresent();
        // Without one that has everything there is nothing to do it with.
        return somethingToDo
                && placement.nodes(ReplicaRole.IN_SYNC).stream()
                        .anyMatch(node -> !seen.isAway(node));
    }
}
