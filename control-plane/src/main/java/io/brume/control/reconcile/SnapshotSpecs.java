package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.StorageNode;
import io.brume.proto.node.v1.SnapshotSpec;
import java.util.List;

/**
 * Writes a snapshot the way a storage node that keeps it is told of it. Pure; the same snapshot
 * gives the same message.
 *
 * <p>While it is pending, a node waits for the cut of its own replica, copies, or is written to.
 * Once it is complete only others that keep it matter: what is missing is fetched there.
 */
final class SnapshotSpecs {
    private static final long GIB = 1L << 30;

    private SnapshotSpecs() {}

    /**
     * For one node.
     *
     * @param sources the nodes that keep it, or what it is a copy of
     */
    static SnapshotSpec of(Snapshot snapshot, NodeId node, List<StorageNode> sources) {
        boolean pending = snapshot.state() == SnapshotState.PENDING;
        var spec =
                SnapshotSpec.newBuilder()
                        .setSnapshotId(snapshot.id().value())
                        .setSizeBytes(snapshot.sizeGib() * GIB)
                        .setOpen(pending && snapshot.open());
        snapshot.copiedFrom().ifPresent(source -> spec.setCopyOf(source.value()));
        if (pending && snapshot.copyOf().isEmpty()) {
            // Nobody else has anything of it yet that is complete.
            return snapshot.isOfVolume()
                    ? spec.setVolumeId(snapshot.volumeId().value()).build()
                    : spec.build();
        }
        sources.stream()
                .filter(source -> !source.id().equals(node) && !source.chunkAddress().isEmpty())
                .forEach(source -> spec.addSources(VolumeSpecs.chunks(source)));
        return spec.build();
    }
}
