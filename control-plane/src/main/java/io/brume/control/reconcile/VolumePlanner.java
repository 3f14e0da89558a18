package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what becomes of a volume: who writes it, which replicas count, where lost ones are made
 * anew. Pure.
 *
 * <p>What must never happen: the last replica leaves the in-sync set; a replica enters it that a
 * write may be missing from; a writer is told of the volume while an older one may still have a
 * write acknowledged.
 */
final class VolumePlanner {
    /** How long a guest may hold a volume before that is called busy. */
    static final Duration BUSY_AFTER = Duration.ofSeconds(30);

    /** How long a writer is waited for before it is fenced off instead, when that is allowed. */
    static final Duration WRITER_PATIENCE = Duration.ofSeconds(15);

    /** How long a replica that has failed rests before it is tried again. */
    static final Duration REST = Duration.ofSeconds(2);

    /** How long new replicas are waited for. */
    static final Duration CREATION_PATIENCE = Duration.ofMinutes(2);

    private static final int MOST_STEPS = 16;

    private VolumePlanner() {}

    /** What can be said of a volume or of a replica. */
    enum Phase {
        OPENING,
        SERVING,
        DETACHING,
        ABSENT,
        FAILED
    }

    /**
     * What the writer says.
     *
     * @param generation of the word that it has taken up
     * @param named whether it said so itself; otherwise it did not name the volume
     * @param failed in-sync replicas that it cannot reach
     * @param inStep replicas that have caught up
     * @param sizeBytes what its clients see
     * @param filled whether all that it is to be filled with is there
     */
    record WriterWord(
            long generation,
            long epoch,
            boolean named,
            Phase phase,
            Set<NodeId> failed,
            Set<NodeId> inStep,
            long sizeBytes,
            boolean filled) {
        WriterWord {
            requireNonNull(phase);
            failed = Set.copyOf(failed);
            inStep = Set.copyOf(inStep);
        }

        /** Whether it is about what was wanted after a revision of the store. */
        boolean isAbout(long since) {
            return !named || generation > since;
        }
    }

    /**
     * What a storage node says of its replica.
     *
     * @param phase SERVING when it is ready
     * @param epoch the highest it remembers, durably
     */
    record ReplicaWord(Phase phase, long epoch) {}

    /** Where something may be placed, asked only when it is needed. */
    interface Places {
        /** A storage node for one more replica, beside those that have one. */
        Optional<NodeId> replica(Set<NodeId> taken);

        /** An agent that serves the volume while no instance has it, other than this one. */
        Optional<NodeId> caretaker(Optional<NodeId> butNot);
    }

    /**
     * What is known beside the record.
     *
     * @param away how long hosts have had no session; those that have one are not in it
     * @param instanceNode the host of the instance that has the volume; empty when it has none: the
     *     instance was stopped after its host was lost
     * @param cutsWanted whether a snapshot waits to be cut
     * @param snapshotsPending whether a snapshot is not complete
     */
    record Seen(
            Optional<WriterWord> writer,
            Map<NodeId, ReplicaWord> replicas,
            Map<NodeId, Duration> away,
            Optional<NodeId> instanceNode,
            boolean cutsWanted,
            boolean snapshotsPending,
            Places places) {
        Seen {
            requireNonNull(writer);
            replicas = Map.copyOf(replicas);
            away = Map.copyOf(away);
            requireNonNull(instanceNode);
            requireNonNull(places);
        }

        boolean isAway(NodeId node) {
            return away.containsKey(node);
        }

        boolean isAwayFor(NodeId node, Duration least) {
            var time = away.get(node);
            return time != null && time.compareTo(least) >= 0;
        }

        boolean says(NodeId node, Phase phase) {
            var word = replicas.get(node);
            // What one that is away said last need not be so any more.
            return word != null && word.phase() == phase && !isAway(node);
        }
    }

    /**
     * When it is, and how long a replica may be away.
     *
     * @param revision of the store that the volume was read at
     */
    record Moment(Instant now, long revision, Duration replaceAfter) {
        boolean isPast(Instant from, Duration pause) {
            return !now.isBefore(from.plus(pause));
        }
    }

    /** The volume after all that is known; the same one when nothing is to change. */
    static Volume next(Volume volume, Seen seen, Moment moment) {
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

    private static Volume step(Volume volume, Seen seen, Moment moment) {
        return switch (volume.state()) {
            case CREATING -> creating(volume, seen, moment);
            case AVAILABLE, IN_USE -> kept(volume, seen, moment);
            case DELETING ->
                    seen.snapshotsPending() && volume.placement().has(ReplicaRole.IN_SYNC)
                            ? kept(volume, seen, moment)
                            : deleting(volume, seen);
            case DELETED, ERROR -> volume;
        };
    }

    // Making and unmaking

    private static Volume creating(Volume volume, Seen seen, Moment moment) {
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
    private static Volume deleting(Volume volume, Seen seen) {
        boolean gone =
                volume.placement().replicas().stream()
                        .map(Replica::node)
                        .allMatch(node -> seen.isAway(node) || seen.says(node, Phase.ABSENT));
        return gone ? volume.apply(VolumeState.Event.GONE) : volume;
    }

    private static Replica fresh(NodeId node, ReplicaRole role, Moment moment) {
        return new Replica(node, role, moment.revision(), moment.now());
    }

    // Keeping

    private static Volume kept(Volume volume, Seen seen, Moment moment) {
        var word = seen.writer().filter(one -> isAboutWriter(one, volume.placement()));
        var next = volume.with(fenced(volume.placement(), seen));
        if (word.isPresent()) {
            next = heard(next, word.get(), moment);
        }
        next = given(next, seen, moment);
        next = released(next, word, seen, moment);
        next = next.with(repaired(next.placement(), seen, moment));
        next = modified(next, word, moment);
        return written(next, seen);
    }

    private static boolean isAboutWriter(WriterWord word, Placement placement) {
        return placement.writer().isPresent()
                && (word.phase() == Phase.ABSENT || word.epoch() == placement.epoch());
    }

    /**
     * One in-sync replica that knows the epoch is enough: no older writer has a write acknowledged
     * without it. A joining one is not, since an older writer may not count it yet.
     */
    private static Placement fenced(Placement placement, Seen seen) {
        if (placement.fenced()) {
            return placement;
        }
        boolean known =
                placement.nodes(ReplicaRole.IN_SYNC).stream()
                        .map(node -> Optional.ofNullable(seen.replicas().get(node)))
                        .flatMap(Optional::stream)
                        .anyMatch(word ->
                                word.phase() == Phase.SERVING && word.epoch() >= placement.epoch());
        return known ? placement.withFenced() : placement;
    }

    private static Volume heard(Volume volume, WriterWord word, Moment moment) {
        var placement =
                volume.placement()
                        .eachReplica(replica ->
                                replica.role() == ReplicaRole.JOINING
                                                && word.phase() == Phase.SERVING
                                                && word.isAbout(replica.since())
                                        ? replica.as(
                                                ReplicaRole.IN_SYNC,
                                                moment.revision(),
                                                moment.now())
                                        : replica);
        placement = withoutFailed(placement, word, moment);
        placement =
                placement.eachReplica(replica ->
                        replica.role() == ReplicaRole.REBUILDING
                                        && word.inStep().contains(replica.node())
                                ? replica.as(ReplicaRole.JOINING, moment.revision(), moment.now())
                                : replica);
        var next = volume.with(placement);
        if (word.filled() && volume.filling().filter(filling -> !filling.done()).isPresent()) {
            next = next.filled();
        }
        return word.phase() == Phase.SERVING ? served(next, word, moment) : next;
    }

    /** The set without those that the writer cannot reach; the last one always stays. */
    private static Placement withoutFailed(Placement placement, WriterWord word, Moment moment) {
        var failed = new HashSet<>(word.failed());
        boolean othersStay =
                placement.nodes(ReplicaRole.IN_SYNC).stream()
                        .anyMatch(node -> !failed.contains(node));
        if (!othersStay) {
            return placement;
        }
        return placement.eachReplica(replica ->
                switch (replica.role()) {
                    case IN_SYNC -> lostIf(failed.contains(replica.node()), replica, moment);
                    case JOINING ->
                            lostIf(
                                    failed.contains(replica.node())
                                            && word.isAbout(replica.since()),
                                    replica,
                                    moment);
                    case REBUILDING, LOST -> replica;
                });
    }

    private static Replica lostIf(boolean lost, Replica replica, Moment moment) {
        return lost ? replica.as(ReplicaRole.LOST, moment.revision(), moment.now()) : replica;
    }

    private static Volume served(Volume volume, WriterWord word, Moment moment) {
        return volume.attachment()
                .filter(one -> one.state() == AttachmentState.ATTACHING)
                .filter(one -> word.named() && word.isAbout(one.since()))
                .map(one ->
                        volume.with(
                                one.after(
                                        AttachmentState.Event.SERVED,
                                        moment.revision(),
                                        moment.now())))
                .orElse(volume);
    }

    /** An instance without a host finds what it is given when it starts. */
    private static Volume given(Volume volume, Seen seen, Moment moment) {
        var placement = volume.placement();
        boolean idle = placement.writer().isEmpty() && placement.fenced();
        return volume.attachment()
                .filter(one -> one.state() == AttachmentState.ATTACHING)
                .filter(_ -> idle && seen.instanceNode().isEmpty())
                .map(one ->
                        volume.with(
                                one.after(
                                        AttachmentState.Event.SERVED,
                                        moment.revision(),
                                        moment.now())))
                .orElse(volume);
    }

    /** Letting go of an instance. */
    private static Volume released(
            Volume volume, Optional<WriterWord> word, Seen seen, Moment moment) {
        var attachment = volume.attachment().orElse(null);
        if (attachment == null || attachment.state().isWanted()) {
            return volume;
        }
        var placement = volume.placement();
        if (placement.writer().isEmpty()) {
            // It was fenced off; nothing that its guest writes is acknowledged any more.
            return placement.fenced() ? volume.detached() : volume;
        }
        var about = word.filter(one -> one.isAbout(attachment.since()));
        if (about.isPresent()) {
            switch (about.get().phase()) {
                case ABSENT -> {
                    return volume.with(placement.withWriter(Optional.empty(), true)).detached();
                }
                // It is told of no instance, and serves: the guest has let go.
                case SERVING -> {
                    return volume.detached();
                }
                case OPENING, DETACHING, FAILED -> {}
            }
        }
        return notReleased(volume, attachment, seen, moment);
    }

    private static Volume notReleased(
            Volume volume, VolumeAttachment attachment, Seen seen, Moment moment) {
        boolean waited = moment.isPast(attachment.changed(), WRITER_PATIENCE);
        boolean unreachable = volume.placement().writer().map(seen::isAway).orElse(true);
        if (attachment.force() && (waited || unreachable)) {
            return volume.with(volume.placement().withWriter(Optional.empty(), false));
        }
        return moment.isPast(attachment.changed(), BUSY_AFTER)
                ? volume.with(
                        attachment.after(
                                AttachmentState.Event.HELD, attachment.since(), moment.now()))
                : volume;
    }

    // Replicas

    private static Placement repaired(Placement placement, Seen seen, Moment moment) {
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
                            .plus(fresh(other.get(), ReplicaRole.REBUILDING, moment));
                }
            }
        }
        return next.replicas().size() < next.copies() && next.has(ReplicaRole.IN_SYNC)
                ? seen.places()
                        .replica(next.nodes())
                        .map(node -> next.plus(fresh(node, ReplicaRole.REBUILDING, moment)))
                        .orElse(next)
                : next;
    }

    private static boolean isGivenUp(Replica replica, Seen seen, Moment moment) {
        return moment.isPast(replica.changed(), moment.replaceAfter())
                || seen.isAwayFor(replica.node(), moment.replaceAfter());
    }

    private static Replica turned(Placement placement, Replica replica, Seen seen, Moment moment) {
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
    private static boolean isOutOfReach(NodeId node, Seen seen, Moment moment) {
        return seen.isAwayFor(node, moment.replaceAfter())
                || seen.says(node, Phase.FAILED)
                || seen.says(node, Phase.ABSENT);
    }

    private static boolean another(Placement placement, NodeId node, Seen seen) {
        return placement.nodes(ReplicaRole.IN_SYNC).stream()
                .anyMatch(other -> !other.equals(node) && seen.says(other, Phase.SERVING));
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

    // The writer

    private static Volume written(Volume volume, Seen seen) {
        var placement = volume.placement();
        var attachment = volume.attachment().orElse(null);
        if (attachment != null && !attachment.state().isWanted()) {
            // Between being fenced off and being detached nobody writes.
            return volume;
        }
        if (attachment != null && seen.instanceNode().isPresent()) {
            return placement.writer().equals(seen.instanceNode())
                    ? volume
                    : volume.with(placement.withWriter(seen.instanceNode(), false));
        }
        if (isImported(volume, seen)) {
            return volume;
        }
        boolean needed = needsCaretaker(volume, seen);
        if (!needed) {
            return placement.writer().isEmpty()
                    ? volume
                    : volume.with(placement.withWriter(Optional.empty(), false));
        }
        var writer = placement.writer().orElse(null);
        boolean well = writer != null && !seen.isAwayFor(writer, WRITER_PATIENCE);
        if (well) {
            return volume;
        }
        return seen.places()
                .caretaker(placement.writer())
                .map(agent -> volume.with(placement.withWriter(Optional.of(agent), false)))
                .orElse(volume);
    }

    /** Only the host that has the image can fill a volume with it, and it goes on to cut it. */
    private static boolean isImported(Volume volume, Seen seen) {
        boolean done = volume.filling().filter(Filling::done).isPresent();
        boolean away =
                volume.placement()
                        .writer()
                        .map(writer -> seen.isAwayFor(writer, WRITER_PATIENCE))
                        .orElse(true);
        return volume.importedImage().isPresent() && !(done && away);
    }

    /** Whether something is to be done to a volume that no instance has. */
    private static boolean needsCaretaker(Volume volume, Seen seen) {
        var placement = volume.placement();
        boolean somethingToDo =
                seen.cutsWanted()
                        || volume.filling().filter(filling -> !filling.done()).isPresent()
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

    /** The store's revision after which the writer is to have heard; 0 when nothing awaits it. */
    static long awaited(Volume volume) {
        long since =
                volume.attachment()
                        .filter(one -> one.state() != AttachmentState.ATTACHED)
                        .map(VolumeAttachment::since)
                        .orElse(0L);
        for (var replica : volume.placement().replicas()) {
            if (replica.role() == ReplicaRole.JOINING) {
                since = Math.max(since, replica.since());
            }
        }
        var change = volume.modification().filter(one -> one.completed().isEmpty());
        return change.isPresent() ? Math.max(since, change.get().since()) : since;
    }

    /** Whether time alone can change anything. */
    static boolean isUnsettled(Volume volume, Seen seen) {
        boolean moving =
                switch (volume.state()) {
                    case CREATING, DELETING -> true;
                    case AVAILABLE, IN_USE ->
                            volume.attachment()
                                            .filter(one -> one.state() != AttachmentState.ATTACHED)
                                            .isPresent()
                                    || !volume.placement().fenced()
                                    || (volume.attachment().isEmpty()
                                            && volume.placement().writer().isPresent())
                                    || needsCaretaker(volume, seen);
                    case DELETED, ERROR -> false;
                };
        return moving
                || volume.placement().replicas().stream()
                        .anyMatch(replica ->
                                replica.role() != ReplicaRole.IN_SYNC
                                        || seen.isAway(replica.node()));
    }
}
