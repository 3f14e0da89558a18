package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeState;
import java.util.Optional;

/**
 * Who writes a volume: the host of the instance that has it, the agent that lets a client from
 * outside in, or, while something is to be done to one that nobody has, a caretaker. Pure.
 */
final class WriterChoice {
    private WriterChoice() {}

    static Volume written(Volume volume, VolumeSeen seen) {
        var placement = volume.placement();
        var attachment = volume.attachment().orElse(null);
        if (attachment != null && !attachment.state().isWanted()) {
            // Between being fenced off and being detached nobody writes.
            return volume;
        }
        var serving = volume.serving().orElse(null);
        if (serving != null) {
            return serving.state().isWanted() ? writtenBy(volume, serving.node()) : volume;
        }
        if (attachment != null && seen.instanceNode().isPresent()) {
            return writtenBy(volume, seen.instanceNode().get());
        }
        if (isImported(volume, seen)) {
            return volume;
        }
        if (seen.target().isPresent()) {
            // Whoever fills a volume from it serves both.
            var filler = seen.target().get().placement().writer();
            return placement.writer().equals(filler)
                    ? volume
                    : volume.with(placement.withWriter(filler, false));
        }
        boolean needed = needsCaretaker(volume, seen) && !waitsForSource(volume, seen);
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

    private static Volume writtenBy(Volume volume, NodeId agent) {
        var placement = volume.placement();
        var writer = Optional.of(agent);
        return placement.writer().equals(writer)
                ? volume
                : volume.with(placement.withWriter(writer, false));
    }

    /** A volume is filled only from one that is made. */
    private static boolean waitsForSource(Volume volume, VolumeSeen seen) {
        return volume.filledFrom().isPresent()
                && seen.source()
                        .filter(source -> source.state() == VolumeState.AVAILABLE)
                        .isEmpty();
    }

    /** Only the host that has the image can fill a volume with it, and it goes on to cut it. */
    private static boolean isImported(Volume volume, VolumeSeen seen) {
        boolean done = volume.filling().filter(Filling::done).isPresent();
        boolean away =
                volume.placement()
                        .writer()
                        .map(writer -> seen.isAwayFor(writer, VolumePlanner.WRITER_PATIENCE))
                        .orElse(true);
        return volume.importedImage().isPresent() && !(done && away);
    }

    /** Whether something is to be done to a volume that no instance has. */
    static boolean needsCaretaker(Volume volume, VolumeSeen seen) {
        var placement = volume.placement();
        boolean somethingToDo =
                seen.cutsWanted()
                        || volume.isBeingFilled()
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
