package io.brume.storage.keep;

import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.session.Observations;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.Replica;
import java.util.Optional;

/** What the control plane is told of replicas and snapshots. Thread-safe. */
final class StorageReports {
    /** Stored bytes are told in steps, so that a volume that is written is not news each second. */
    private static final long STORED_STEP = 16L << 20;

    private final Observations observations;

    StorageReports(Observations observations) {
        this.observations = requireNonNull(observations);
    }

    /**
     * @param failure what is wanted of it and cannot be done
     */
    void replica(Replica replica, long generation, Optional<String> failure) {
        long stored = replica.storedBytes();
        tell(
                ReplicaObservation.newBuilder()
                        .setVolumeId(replica.volumeId())
                        .setGeneration(generation)
                        .setEpoch(replica.epoch())
                        .setPhase(
                                failure.isPresent()
                                        ? ReplicaObservation.Phase.PHASE_FAILED
                                        : ReplicaObservation.Phase.PHASE_READY)
                        .setReason(failure.orElse(""))
                        .setStoredBytes((stored + STORED_STEP - 1) / STORED_STEP * STORED_STEP)
                        .setCorruptBlocks(replica.corruptBlocks())
                        .setSizeBytes(replica.sizeBytes())
                        .build());
    }

    /** One that should be here and is not. */
    void missingReplica(String volumeId, long generation, String reason) {
        tell(
                ReplicaObservation.newBuilder()
                        .setVolumeId(volumeId)
                        .setGeneration(generation)
                        .setPhase(ReplicaObservation.Phase.PHASE_FAILED)
                        .setReason(reason)
                        .build());
    }

    private void tell(ReplicaObservation seen) {
        observations.observed(
                seen.getVolumeId(), NodeMessage.newBuilder().setReplica(seen).build());
    }

    void replicaGone(String volumeId) {
        observations.gone(
                volumeId,
                NodeMessage.newBuilder()
                        .setReplica(
                                ReplicaObservation.newBuilder()
                                        .setVolumeId(volumeId)
                                        .setPhase(ReplicaObservation.Phase.PHASE_ABSENT))
                        .build());
    }

    void snapshot(BlockStore.Snapshot snapshot, long generation, Optional<String> failure) {
        SnapshotObservation.Phase phase =
                snapshot.isComplete()
                        ? SnapshotObservation.Phase.PHASE_COMPLETED
                        : SnapshotObservation.Phase.PHASE_PENDING;
        observations.observed(
                snapshot.snapshotId(),
                NodeMessage.newBuilder()
                        .setSnapshot(
                                SnapshotObservation.newBuilder()
                                        .setSnapshotId(snapshot.snapshotId())
                                        .setGeneration(generation)
                                        .setPhase(
                                                failure.isPresent()
                                                        ? SnapshotObservation.Phase.PHASE_FAILED
                                                        : phase)
                                        .setReason(failure.orElse(""))
                                        .setPercent(percent(snapshot))
                                        .setFullBytes(snapshot.fullBytes()))
                        .build());
    }

    private static int percent(BlockStore.Snapshot snapshot) {
        return snapshot.isComplete()
                ? 100
                : (int) Math.min(99, snapshot.preserved() * 100 / snapshot.chunks());
    }

    void snapshotGone(String snapshotId) {
        observations.gone(
                snapshotId,
                NodeMessage.newBuilder()
                        .setSnapshot(
                                SnapshotObservation.newBuilder()
                                        .setSnapshotId(snapshotId)
                                        .setPhase(SnapshotObservation.Phase.PHASE_ABSENT))
                        .build());
    }
}
