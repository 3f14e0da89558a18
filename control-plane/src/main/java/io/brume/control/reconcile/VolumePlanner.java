package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.Phase;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides what becomes of a volume: who writes it, which replicas count, where lost ones are made
 * anew. Pure.
 *
 * <p>What must never happen: the last replica leaves the in-sync set; a replica enters it that a
 * write may be missing from; a writer is told of the volume while an older one may still have a
 * write acknowledged.
 */
final class VolumePlanner {
    /** How long a writer is waited for before it is fenced off instead, when that is allowed. */
    static final Duration WRITER_PATIENCE = Duration.ofSeconds(15);

    /** How long new replicas are waited for. */
    static final Duration CREATION_PATIENCE = Duration.ofMinutes(2);

    private static final int MOST_STEPS = 16;

    private VolumePlanner() {}

    /** The volume after all that is known; the same one when nothing is to change. */
    static Volume next(Volume volume, VolumeSeen seen, Moment moment) {
        var current = volume;
        for (int i = 0; i < MOST_STEPS; i++) {
            var next = step(current, seen, moment);
            if (next.equals(current)) {
                return current;
            }
            // A word about an older writer says nothing about the new one.
            if (next.placement().epoch() != current.placement().epoch()) {
                return next;
            }
            current = next;
        }
        return current;
    }

    private static Volume step(Volume volume, VolumeSeen seen, Moment moment) {
        return switch (volume.state()) {
            case CREATING -> creating(volume, seen, moment);
            case AVAILABLE, IN_USE -> kept(volume, seen, moment);
            case DELETING ->
                    seen.snapshotsPending() && volume.placement().has(ReplicaRole.IN_SYNC)
                            ? kept(volume, seen, moment)
                            : deleting(volume, seen);
            case ERROR ->
                    isLeftOver(volume, seen)
                            ? volume.apply(VolumeState.Event.DELETE_REQUESTED)
                            : volume;
            case DELETED -> volume;
        };
    }

    // Making and unmaking

    private static Volume creating(Volume volume, VolumeSeen seen, Moment moment) {
        var placement = volume.placement();
        for (var replica : placement.replicas()) {
            var node = replica.node();
            boolean hopeless =
                    seen.says(node, Phase.FAILED) || seen.isAwayFor(node, WRITER_PATIENCE);
            if (hopeless) {
                var other = seen.places().replica(placement.nodes());
                if (other.isPresent()) {
                    return volume.with(
                            placement
                                    .without(node)
                                    .plus(fresh(other.get(), ReplicaRole.IN_SYNC, moment)));
                }
                if (placement.replicas().size() > 1) {
                    return volume.with(placement.without(node));
                }
            }
        }
        if (placement.replicas().stream().allMatch(one -> seen.says(one.node(), Phase.SERVING))) {
            return volume.made();
        }
        return moment.isPast(volume.created(), CREATION_PATIENCE)
                ? volume.failed("no storage node could make a replica of it")
                : volume;
    }

    /** Whoever is away drops its replica when it comes back: nobody wants it any more. */
    private static Volume deleting(Volume volume, VolumeSeen seen) {
        boolean gone =
                volume.placement().replicas().stream()
                        .map(Replica::node)
                        .allMatch(node -> seen.isAway(node) || seen.says(node, Phase.ABSENT));
        return gone ? volume.apply(VolumeState.Event.GONE) : volume;
    }

    static Replica fresh(NodeId node, ReplicaRole role, Moment moment) {
        return new Replica(node, role, moment.revision(), moment.now());
    }

    // Keeping

    private static Volume kept(Volume volume, VolumeSeen seen, Moment moment) {
        if (isLeftOver(volume, seen)) {
            return volume.apply(VolumeState.Event.DELETE_REQUESTED);
        }
        var word =
                seen.writer().filter(one -> WriterHearing.isAboutWriter(one, volume.placement()));
        var next = volume.with(WriterHearing.fenced(volume.placement(), seen));
        if (word.isPresent()) {
            next = WriterHearing.heard(next, word.get(), moment);
        }
        var unfillable = unfillable(next, word, seen);
        if (unfillable.isPresent()) {
            return next.with(next.placement().withWriter(Optional.empty(), false))
                    .failed(unfillable.get());
        }
        next = WriterHearing.given(next, seen, moment);
        next = VolumeRelease.released(next, word, seen, moment);
        next = ServingTurn.taken(next, word, seen, moment);
        next = next.with(ReplicaRepair.repaired(next.placement(), seen, moment));
        next = modified(next, word, moment);
        return WriterChoice.written(next, seen);
    }

    /**
     * Whether a volume that no user sees has done what it was made for: no other is filled from it,
     * and no snapshot of it is wanted. One that an image is imported into goes by the image.
     */
    private static boolean isLeftOver(Volume volume, VolumeSeen seen) {
        return volume.hidden()
                && volume.importedImage().isEmpty()
                && seen.target().isEmpty()
                && !seen.snapshotsPending();
    }

    /** Why a volume cannot be filled from another one; empty while it can. */
    private static Optional<String> unfillable(
            Volume volume, Optional<WriterWord> word, VolumeSeen seen) {
        if (volume.filledFrom().isEmpty()) {
            return Optional.empty();
        }
        boolean there =
                seen.source()
                        .filter(source ->
                                source.state() == VolumeState.CREATING
                                        || source.state() == VolumeState.AVAILABLE)
                        .isPresent();
        return there
                ? word.map(WriterWord::fillFailure).filter(failure -> !failure.isEmpty())
                : Optional.of("what it was to be filled with is gone");
    }

    // Modification

    private static Volume modified(Volume volume, Optional<WriterWord> word, Moment moment) {
        var change = volume.modification().filter(one -> one.completed().isEmpty()).orElse(null);
        if (change == null) {
            return volume;
        }
        boolean taken =
                word.filter(one -> one.phase() == Phase.SERVING && one.isAbout(change.since()))
                        .filter(one ->
                                !change.grows() || one.sizeBytes() >= change.to().sizeBytes())
                        .isPresent();
        boolean nobodyNeedsToKnow = !change.grows() && volume.placement().writer().isEmpty();
        return taken || nobodyNeedsToKnow ? volume.with(change.completed(moment.now())) : volume;
    }

    /** The store's revision after which the writer is to have heard; 0 when nothing awaits it. */
    static long awaited(Volume volume) {
        long since =
                volume.attachment()
                        .filter(one -> one.state() != AttachmentState.ATTACHED)
                        .map(VolumeAttachment::since)
                        .or(() ->
                                volume.serving()
                                        .filter(one -> one.state() != AttachmentState.ATTACHED)
                                        .map(Serving::since))
                        .orElse(0L);
        for (var replica : volume.placement().replicas()) {
            if (replica.role() == ReplicaRole.JOINING) {
                since = Math.max(since, replica.since());
            }
        }
        var change = volume.modification().filter(one -> one.completed().isEmpty());
        return change.isPresent() ? Math.max(since, change.get().since()) : since;
    }

    /** A node for one more may come at any time. */
    private static boolean lacksReplicas(Volume volume) {
        return switch (volume.state()) {
            case AVAILABLE, IN_USE ->
                    volume.placement().replicas().size() < volume.placement().copies();
            case CREATING, DELETING, DELETED, ERROR -> false;
        };
    }

    /** Whether time alone can change anything. */
    static boolean isUnsettled(Volume volume, VolumeSeen seen) {
        boolean moving =
                switch (volume.state()) {
                    case CREATING, DELETING -> true;
                    case AVAILABLE, IN_USE ->
                            volume.attachment()
                                            .filter(one -> one.state() != AttachmentState.ATTACHED)
                                            .isPresent()
                                    || volume.serving().isPresent()
                                    || !volume.placement().fenced()
                                    || (volume.attachment().isEmpty()
                                            && volume.placement().writer().isPresent())
                                    || WriterChoice.needsCaretaker(volume, seen);
                    case DELETED, ERROR -> false;
                };
        return moving
                || volume.hidden()
                || volume.isBeingFilled()
                || lacksReplicas(volume)
                || volume.placement().replicas().stream()
                        .anyMatch(replica ->
                                replica.role() != ReplicaRole.IN_SYNC
                                        || seen.isAway(replica.node()));
    }
}
