package io.brume.control.scheduler;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;

/**
 * One storage node as placement sees it.
 *
 * @param hostName several nodes of one name share their fate
 * @param totalBytes of its disk
 * @param freeBytes of its disk now
 * @param promisedBytes what the volumes it holds replicas of may come to; they are thin, so this
 *     may well be more than there is
 * @param available whether it can be talked to
 */
public record StorageNodeView(
        NodeId id,
        String zone,
        String hostName,
        long totalBytes,
        long freeBytes,
        long promisedBytes,
        boolean available) {
    public StorageNodeView {
        requireNonNull(id);
        requireNonNull(zone);
        requireNonNull(hostName);
    }

    public StorageNodeView withPromised(long bytes) {
        return new StorageNodeView(id, zone, hostName, totalBytes, freeBytes, bytes, available);
    }

    public StorageNodeView withFree(long bytes) {
        return new StorageNodeView(id, zone, hostName, totalBytes, bytes, promisedBytes, available);
    }

    public StorageNodeView withAvailable(boolean now) {
        return new StorageNodeView(id, zone, hostName, totalBytes, freeBytes, promisedBytes, now);
    }

    /** How much of it is promised: 1 = as much as there is. */
    double fullness() {
        return (double) promisedBytes / Math.max(1, totalBytes);
    }
}
