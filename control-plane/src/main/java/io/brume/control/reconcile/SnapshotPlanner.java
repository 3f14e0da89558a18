package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

        /** Whether this node will never have it. */
        boolean isHopeless() {
            return phase == Phase.FAILED || (phase == Phase.ABSENT && !named);
        }
    }

    /**
     * What is known beside the record.
     *
     * @param volume the one it is of; empty when that is gone
     * @param cutByWriter whether the volume's writer says that every in-sync replica has the cut
     * @param away the nodes that have no session
     * @param inUse whether a volume is made of it
     */
    record Seen(
            Optional<Volume> volume,
            boolean cutByWriter,
            Map<NodeId, Word> words,
            Set<NodeId> away,
            boolean inUse) {
        Seen {
            requireNonNull(volume);
            words = Map.copyOf(words);
            away = Set.copyOf(away);
        }
    }

    /** The snapshot after all that is known; empty when nothing of it is to stay. */
    static Optional<Snapshot> next(Snapshot snapshot, Seen seen, Instant now) {
        return switch (snapshot.state()) {
            case PENDING -> Optional.of(pending(snapshot, seen, now));
            case COMPLETED, ERROR -> Optional.of(snapshot);
            case DELETED -> seen.inUse() ? Optional.of(snapshot) : Optional.empty();
        };
    }

    private static Snapshot pending(Snapshot snapshot, Seen seen, Instant now) {
        if (snapshot.open()) {
            return kept(snapshot, seen);
        }
        return snapshot.cut() ? preserved(snapshot, seen, now) : cut(snapshot, seen);
    }

    /** What is written from outside stays as it is while a node may still have it. */
    private static Snapshot kept(Snapshot snapshot, Seen seen) {
        var hopeful = hopeful(snapshot, seen);
        return hopeful.isEmpty()
                ? snapshot.apply(SnapshotState.Event.LOST)
                : snapshot.withNodes(hopeful);
    }

    private static List<NodeId> hopeful(Snapshot snapshot, Seen seen) {
        return snapshot.nodes().stream()
                .filter(node -> !word(seen, node).map(Word::isHopeless).orElse(false))
                .toList();
    }

    private static Snapshot cut(Snapshot snapshot, Seen seen) {
        if (seen.volume().isEmpty()) {
            return snapshot.apply(SnapshotState.Event.LOST);
        }
        return seen.cutByWriter() ? snapshot.cut(keepers(seen.volume().get())) : snapshot;
    }

    /** The nodes that have the cut: those that every write waits for. */
    private static List<NodeId> keepers(Volume volume) {
        return List.copyOf(new TreeSet<>(volume.placement().nodes(ReplicaRole.IN_SYNC)));
    }

    private static Snapshot preserved(Snapshot snapshot, Seen seen, Instant now) {
        var hopeful = hopeful(snapshot, seen);
        if (hopeful.isEmpty()) {
            return snapshot.apply(SnapshotState.Event.LOST);
        }
        var present = hopeful.stream().filter(node -> !seen.away().contains(node)).toList();
        boolean complete =
                !present.isEmpty()
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
