package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.reconcile.VolumeSeen.Phase;
import io.brume.control.reconcile.VolumeSeen.ReplicaWord;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import io.brume.proto.node.v1.RebuildProgress;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.VolumeObservation;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what hosts say of volumes, replicas and snapshots. */
final class VolumeWords {
    private VolumeWords() {}

    static WriterWord of(VolumeObservation seen) {
        return new WriterWord(
                seen.getGeneration(),
                seen.getEpoch(),
                seen.getGeneration() != BlockSightings.UNNAMED,
                phase(seen.getPhase()),
                nodes(seen.getFailedNodeIdsList()),
                nodes(
                        seen.getRebuildingList().stream()
                                .filter(RebuildProgress::getInStep)
                                .map(RebuildProgress::getNodeId)
                                .toList()),
                seen.getSizeBytes());
    }

    static ReplicaWord of(ReplicaObservation seen) {
        return new ReplicaWord(
                switch (seen.getPhase()) {
                    case PHASE_READY -> Phase.SERVING;
                    case PHASE_FAILED -> Phase.FAILED;
                    case PHASE_ABSENT -> Phase.ABSENT;
                    // A newer node's word that this version does not know changes nothing.
                    case PHASE_UNSPECIFIED, UNRECOGNIZED -> Phase.OPENING;
                },
                seen.getEpoch());
    }

    static SnapshotPlanner.Word of(SnapshotObservation seen) {
        return new SnapshotPlanner.Word(
                switch (seen.getPhase()) {
                    case PHASE_COMPLETED -> SnapshotPlanner.Phase.COMPLETED;
                    case PHASE_FAILED -> SnapshotPlanner.Phase.FAILED;
                    case PHASE_ABSENT -> SnapshotPlanner.Phase.ABSENT;
                    case PHASE_PENDING, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                            SnapshotPlanner.Phase.PENDING;
                },
                seen.getGeneration() != BlockSightings.UNNAMED,
                seen.getPercent(),
                seen.getFullBytes());
    }

    private static Phase phase(VolumeObservation.Phase phase) {
        return switch (phase) {
            case PHASE_SERVING -> Phase.SERVING;
            case PHASE_DETACHING -> Phase.DETACHING;
            case PHASE_ABSENT -> Phase.ABSENT;
            case PHASE_FAILED -> Phase.FAILED;
            case PHASE_OPENING, PHASE_UNSPECIFIED, UNRECOGNIZED -> Phase.OPENING;
        };
    }

    private static Set<NodeId> nodes(Collection<String> ids) {
        return ids.stream()
                .filter(NodeId::isNodeId)
                .map(NodeId::new)
                .collect(Collectors.toUnmodifiableSet());
    }
}
