package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a coordinator reports.
 *
 * @param generation of the want that is in force
 * @param reason for people; empty while all is well
 * @param failedNodeIds in-sync replicas that the coordinator asks to be rid of: writes wait for it
 * @param cuts snapshots that every in-sync replica has
 * @param sizeBytes what clients see
 * @param failedCuts snapshots that cannot be of their group's moment any more, and will not be cut
 */
public record VolumeStatus(
        String volumeId,
        long generation,
        long epoch,
        Phase phase,
        String reason,
        List<String> failedNodeIds,
        List<Rebuilding> rebuilding,
        List<String> cuts,
        long sizeBytes,
        List<String> failedCuts) {
    public VolumeStatus {
        requireNonNull(volumeId);
        requireNonNull(phase);
        requireNonNull(reason);
        failedNodeIds = List.copyOf(failedNodeIds);
        rebuilding = List.copyOf(rebuilding);
        cuts = List.copyOf(cuts);
        failedCuts = List.copyOf(failedCuts);
    }

    /** A volume none of whose cuts has failed. */
    public VolumeStatus(
            String volumeId,
            long generation,
            long epoch,
            Phase phase,
            String reason,
            List<String> failedNodeIds,
            List<Rebuilding> rebuilding,
            List<String> cuts,
            long sizeBytes) {
        this(
                volumeId,
                generation,
                epoch,
                phase,
                reason,
                failedNodeIds,
                rebuilding,
                cuts,
                sizeBytes,
                List.of());
    }

    /** How a volume is. */
    public enum Phase {
        /** Requests wait until all in-sync replicas are open and the same. */
        OPENING,
        SERVING,
        /** Every request fails: the coordinator was deposed, or the last replica forgot. */
        FAILED
    }

    /**
     * A replica that is brought in step.
     *
     * @param inStep its bytes are those of the others, durably, and it has every change
     */
    public record Rebuilding(String nodeId, int percent, boolean inStep) {
        public Rebuilding {
            requireNonNull(nodeId);
        }
    }
}
