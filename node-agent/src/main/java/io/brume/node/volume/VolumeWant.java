package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Blocks;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What the control plane wants of a volume's coordinator.
 *
 * @param generation only grows; an older want is ignored
 * @param epoch the replicas are opened with it; only grows
 * @param sizeBytes whole blocks; only grows
 * @param replicas each node once, at most {@value #MOST_REPLICAS}
 * @param iopsLimit 0 = unlimited
 * @param bytesPerSecondLimit 0 = unlimited
 * @param cuts snapshots to be cut; those that are cut already are left alone
 * @param dataKey whether its blocks are encrypted; the same for all of a volume's life
 * @param groups those of the cuts that are to be of one moment with cuts of other volumes
 */
public record VolumeWant(
        String volumeId,
        long generation,
        long epoch,
        long sizeBytes,
        List<ReplicaWant> replicas,
        long iopsLimit,
        long bytesPerSecondLimit,
        List<String> cuts,
        DataKey dataKey,
        List<CutGroup> groups) {
    /** Bounded by the bits that remember whose answer is awaited. */
    public static final int MOST_REPLICAS = 16;

    public VolumeWant {
        requireNonNull(volumeId);
        requireNonNull(dataKey);
        replicas = List.copyOf(replicas);
        cuts = List.copyOf(cuts);
        groups = List.copyOf(groups);
        if (sizeBytes <= 0 || sizeBytes % Blocks.BLOCK != 0) {
            throw new IllegalArgumentException("not whole blocks: " + sizeBytes);
        }
        var nodes = new HashSet<String>();
        for (ReplicaWant replica : replicas) {
            if (!nodes.add(replica.nodeId())) {
                throw new IllegalArgumentException("twice: " + replica.nodeId());
            }
        }
        if (nodes.size() > MOST_REPLICAS) {
            throw new IllegalArgumentException(nodes.size() + " replicas");
        }
        if (iopsLimit < 0 || bytesPerSecondLimit < 0) {
            throw new IllegalArgumentException("a limit below zero");
        }
    }

    /** A volume whose cuts have moments of their own. */
    public VolumeWant(
            String volumeId,
            long generation,
            long epoch,
            long sizeBytes,
            List<ReplicaWant> replicas,
            long iopsLimit,
            long bytesPerSecondLimit,
            List<String> cuts,
            DataKey dataKey) {
        this(
                volumeId,
                generation,
                epoch,
                sizeBytes,
                replicas,
                iopsLimit,
                bytesPerSecondLimit,
                cuts,
                dataKey,
                List.of());
    }

    /** A volume that is not encrypted. */
    public VolumeWant(
            String volumeId,
            long generation,
            long epoch,
            long sizeBytes,
            List<ReplicaWant> replicas,
            long iopsLimit,
            long bytesPerSecondLimit,
            List<String> cuts) {
        this(
                volumeId,
                generation,
                epoch,
                sizeBytes,
                replicas,
                iopsLimit,
                bytesPerSecondLimit,
                cuts,
                DataKey.NONE);
    }

    /** The group that a cut belongs to; empty when it has a moment of its own. */
    Optional<CutGroup> groupOf(String snapshotId) {
        return groups.stream().filter(group -> group.snapshotId().equals(snapshotId)).findFirst();
    }
}
