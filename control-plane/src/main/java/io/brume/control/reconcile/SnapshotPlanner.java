package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Decides how far a snapshot is, and which storage nodes keep it. Pure. */
final class SnapshotPlanner {
    private static final int ALL = 100;

    private SnapshotPlanner() {}

    /** What a storage node can say of a snapshot. */
    enum Phase {
        PENDING,
        COMPLETED,
        FAILED,
        ABSENT
    }

    /**
     * What a storage node says of a snapshot.
     *
     * @param named whether it said so itself; otherwise it did not name the snapshot
     * @param percent of it that is preserved
     * @param fullBytes of the volume that are not zeros
     */
    record Word(Phase phase, boolean named, int percent, long fullBytes) {
        Word {
            requireNonNull(phase);
        }

        /** Whether this node will never have it. What it copies it may begin anew. */
        boolean isHopeless(Snapshot snapshot) {
            return phase == Phase.FAILED
                    || (phase == Phase.ABSENT && !named && snapshot.copyOf().isEmpty());
        }
    }

    /**
     * What is known beside the record.
     *
     * @param volume the one it is of; empty when that is gone
     * @param cutByWriter whether the volume's writer says that every in-sync replica has the cut
     * @param away how long nodes have had no session; those that have one are not in it
     * @param inUse whether a volume, or a copy that is being made, reads what it holds
     * @param places where it may be kept beside
     * @param cutFailed whether the volume's writer says that it cannot be of its group's moment
     * @param groupUncut whether one that is to be of the same moment is not cut yet
     */
    record Seen(
            Optional<Volume> volume,
            boolean cutByWriter,
            Map<NodeId, Word> words,
            Map<NodeId, Duration> away,
            boolean inUse,
            Places places,
            boolean cutFailed,
            boolean groupUncut) {
        Seen {
            requireNonNull(volume);
            words = Map.copyOf(words);
            away = Map.copyOf(away);
            requireNonNull(places);
        }

        /** Of a snapshot that has a moment of its own. */
        Seen(
                Optional<Volume> volume,
                boolean cutByWriter,
                Map<NodeId, Word> words,
                Map<NodeId, Duration> away,
                boolean inUse,
                Places places) {
            this(volume, cutByWriter, words, away, inUse, places, false, false);
        }

        boolean isHere(NodeId node) {
            return !away.containsKey(node);
        }

        /** Whether a node has all of it, for certain. */
        boolean isSound(NodeId node) {
            var word = words.get(node);
            return isHere(node) && word != null && word.phase() == Phase.COMPLETED;
        }
    }

    /** Where one more copy may be kept, asked only when it is needed. */
    @FunctionalInterface
    interface Places {
        Optional<NodeId> another(Snapshot snapshot);
    }

    /**
     * When it is.
     *
     * @param replaceAfter how long a node may be away before another one keeps what it had
     */
    record Moment(Instant now, Duration replaceAfter) {}

    /** The snapshot after all that is known; empty when nothing of it is to stay. */
    static Optional<Snapshot> next(Snapshot snapshot, Seen seen, Moment moment) {
        return switch (snapshot.state()) {
            case PENDING ->
                    Optional.of(
                            snapshot.cut()
                                    ? preserved(snapshot, seen, moment.now())
                                    : cut(snapshot, seen));
            case COMPLETED -> Optional.of(kept(snapshot, seen, moment));
            case ERROR -> Optional.of(snapshot);
            case DELETED ->
                    seen.inUse() ? Optional.of(kept(snapshot, seen, moment)) : Optional.empty();
        };
    }

    /**
     * A node that is given up is replaced by another one, which fetches all from those that are
     * left; one after the other. Without anybody who has it for certain nothing is given up: who is
     * away may come back.
     */
    private static Snapshot kept(Snapshot snapshot, Seen seen, Moment moment) {
        if (snapshot.nodes().stream().noneMatch(seen::isSound)) {
            return snapshot;
        }
        return snapshot.nodes().stream()
                .filter(node -> isGivenUp(node, seen, moment))
                .findFirst()
                .flatMap(lost ->
                        seen.places().another(snapshot).map(node -> snapshot.moved(lost, node)))
                .orElse(snapshot);
    }

    private static boolean isGivenUp(NodeId node, Seen seen, Moment moment) {
        var away = seen.away().get(node);
        if (away != null) {
            return away.compareTo(moment.replaceAfter()) >= 0;
        }
        var word = seen.words().get(node);
        return word != null && word.phase() == Phase.FAILED;
    }

    /** Whether all nodes that are to keep it do, for certain. */
    static boolean isSound(Snapshot snapshot, Seen seen) {
        return snapshot.nodes().stream().allMatch(seen::isSound);
    }

    private static Snapshot cut(Snapshot snapshot, Seen seen) {
        if (seen.cutFailed()
                || seen.volume().filter(volume -> volume.state() != VolumeState.ERROR).isEmpty()) {
            return snapshot.apply(SnapshotState.Event.LOST);
        }
        return seen.cutByWriter() ? snapshot.cut(keepers(seen.volume().get())) : snapshot;
    }

    /** The nodes that have the cut: those that every write waits for. */
    private static List<NodeId> keepers(Volume volume) {
        return List.copyOf(new TreeSet<>(volume.placement().nodes(ReplicaRole.IN_SYNC)));
    }

    private static Snapshot preserved(Snapshot snapshot, Seen seen, Instant now) {
        var hopeful =
                snapshot.nodes().stream()
                        .filter(node ->
                                !word(seen, node)
                                        .map(one -> one.isHopeless(snapshot))
                                        .orElse(false))
                        .toList();
        if (hopeful.isEmpty()) {
            return snapshot.apply(SnapshotState.Event.LOST);
        }
        if (snapshot.open()) {
            return snapshot.withNodes(hopeful);
        }
        var present = hopeful.stream().filter(seen::isHere).toList();
        // One of a moment that another one misses is in error with it.
        boolean complete =
                !present.isEmpty()
                        && !seen.groupUncut()
                        && present.stream()
                                .allMatch(node ->
                                        word(seen, node)
                                                .filter(one -> one.phase() == Phase.COMPLETED)
                                                .isPresent());
        var next = snapshot.withNodes(hopeful);
        if (complete) {
            long bytes =
                    present.stream()
                            .flatMap(node -> word(seen, node).stream())
                            .mapToLong(Word::fullBytes)
                            .max()
                            .orElse(0);
            return next.completed(bytes, now);
        }
        int percent =
                present.stream()
                        .mapToInt(node -> word(seen, node).map(Word::percent).orElse(0))
                        .min()
                        .orElse(0);
        // Shown progress never goes back, and is whole only at the end.
        return next.withProgress(Math.clamp(percent, snapshot.progress(), ALL - 1));
    }

    private static Optional<Word> word(Seen seen, NodeId node) {
        return Optional.ofNullable(seen.words().get(node));
    }
}
