package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a volume beside its record, when it is planned.
 *
 * @param away how long hosts have had no session; those that have one are not in it
 * @param instanceNode the host of the instance that has the volume
 * @param cutsWanted whether a snapshot waits to be cut
 * @param snapshotsPending whether a snapshot is not complete
 */
record VolumeSeen(
        Optional<WriterWord> writer,
        Map<NodeId, ReplicaWord> replicas,
        Map<NodeId, Duration> away,
        Optional<NodeId> instanceNode,
        boolean cutsWanted,
        boolean snapshotsPending,
        Places places) {
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
     */
    record WriterWord(
            long generation,
            long epoch,
            boolean named,
            Phase phase,
            Set<NodeId> failed,
            Set<NodeId> inStep,
            long sizeBytes) {
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
     * When it is, and how long a replica may be away.
     *
     * @param revision of the store that the volume was read at
     */
    record Moment(Instant now, long revision, Duration replaceAfter) {
        boolean isPast(Instant from, Duration pause) {
            return !now.isBefore(from.plus(pause));
        }
    }

    VolumeSeen {
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
