package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.VolumeObservation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The last word of each host on volumes, replicas and snapshots, and since when a host has been
 * away. In memory only: a host that connects tells everything again. Bounded by what the hosts
 * have; {@link #forget} drops what nobody asks for any more. Thread-safe; returns at once.
 */
public final class BlockSightings {
    /**
     * The generation of a word that the host did not say: it did not name the thing when it told of
     * all it has.
     */
    public static final long UNNAMED = -1;

    private final Time time;
    private final long begun;
    private final Map<String, Map<NodeId, VolumeObservation>> volumes = new HashMap<>();
    private final Map<String, Map<NodeId, ReplicaObservation>> replicas = new HashMap<>();
    private final Map<String, Map<NodeId, SnapshotObservation>> snapshots = new HashMap<>();
    private final Map<NodeId, Long> awaySinceNanos = new HashMap<>();
    private final Set<NodeId> here = new HashSet<>();

    public BlockSightings(Time time) {
        this.time = requireNonNull(time);
        this.begun = time.nanos();
    }

    /** Hears of a host. */
    public synchronized void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.Connected connected -> {
                here.add(connected.node());
                // It tells everything again.
                List.of(volumes, replicas, snapshots)
                        .forEach(all ->
                                all.values().forEach(words -> words.remove(connected.node())));
                awaySinceNanos.remove(connected.node());
            }
            case FleetEvent.Disconnected(NodeId node, String _) -> {
                here.remove(node);
                awaySinceNanos.putIfAbsent(node, time.nanos());
            }
            case FleetEvent.VolumeObserved(NodeId node, VolumeObservation seen) ->
                    of(volumes, seen.getVolumeId()).put(node, seen);
            case FleetEvent.ReplicaObserved(NodeId node, ReplicaObservation seen) ->
                    of(replicas, seen.getVolumeId()).put(node, seen);
            case FleetEvent.SnapshotObserved(NodeId node, SnapshotObservation seen) ->
                    of(snapshots, seen.getSnapshotId()).put(node, seen);
            case FleetEvent.ObservationsComplete _,
                    FleetEvent.ObjectStoreObserved _,
                    FleetEvent.Joined _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _ -> {}
        }
    }

    private static <W> Map<NodeId, W> of(Map<String, Map<NodeId, W>> words, String id) {
        return words.computeIfAbsent(id, _ -> new HashMap<>());
    }

    /**
     * A host that has told of all it has did not name this volume, though its record says that it
     * should: as if it had said that it is not there. What it says by itself comes first.
     */
    public synchronized void volumeUnnamed(NodeId node, String id) {
        of(volumes, id).putIfAbsent(node, absentVolume(id));
    }

    /** As {@link #volumeUnnamed}, of a replica. */
    public synchronized void replicaUnnamed(NodeId node, String id) {
        of(replicas, id).putIfAbsent(node, absentReplica(id));
    }

    /** As {@link #volumeUnnamed}, of a snapshot. */
    public synchronized void snapshotUnnamed(NodeId node, String id) {
        of(snapshots, id).putIfAbsent(node, absentSnapshot(id));
    }

    private static VolumeObservation absentVolume(String id) {
        return VolumeObservation.newBuilder()
                .setVolumeId(id)
                .setGeneration(UNNAMED)
                .setPhase(VolumeObservation.Phase.PHASE_ABSENT)
                .build();
    }

    private static ReplicaObservation absentReplica(String id) {
        return ReplicaObservation.newBuilder()
                .setVolumeId(id)
                .setGeneration(UNNAMED)
                .setPhase(ReplicaObservation.Phase.PHASE_ABSENT)
                .build();
    }

    private static SnapshotObservation absentSnapshot(String id) {
        return SnapshotObservation.newBuilder()
                .setSnapshotId(id)
                .setGeneration(UNNAMED)
                .setPhase(SnapshotObservation.Phase.PHASE_ABSENT)
                .build();
    }

    /**
     * The host has been told something new of a volume: that it had nothing of it before says
     * nothing any more.
     */
    public synchronized void told(NodeId node, String volumeId) {
        var words = volumes.get(volumeId);
        if (words != null) {
            var word = words.get(node);
            if (word != null && word.getGeneration() == UNNAMED) {
                words.remove(node);
            }
        }
    }

    /** The last word of an agent on a volume. */
    public synchronized Optional<VolumeObservation> volume(String id, NodeId node) {
        return Optional.ofNullable(volumes.getOrDefault(id, Map.of()).get(node));
    }

    /** The last words of storage nodes on their replicas of a volume. */
    public synchronized Map<NodeId, ReplicaObservation> replicas(String volumeId) {
        return Map.copyOf(replicas.getOrDefault(volumeId, Map.of()));
    }

    /** The last words of storage nodes on a snapshot. */
    public synchronized Map<NodeId, SnapshotObservation> snapshots(String id) {
        return Map.copyOf(snapshots.getOrDefault(id, Map.of()));
    }

    /**
     * How long a host has had no session; empty when it has one. One that was never heard of has
     * been away since this began.
     */
    public synchronized Optional<Duration> away(NodeId node) {
        return here.contains(node)
                ? Optional.empty()
                : Optional.of(time.since(awaySinceNanos.getOrDefault(node, begun)));
    }

    /** Nobody asks for this volume or snapshot any more. */
    public synchronized void forget(String id) {
        volumes.remove(id);
        replicas.remove(id);
        snapshots.remove(id);
    }
}
