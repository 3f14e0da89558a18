package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * A cut that is to be of one moment with cuts of other volumes.
 *
 * @param groupId the same for all of the group
 * @param snapshotId the volume's own
 * @param volumeIds those that this host may be writing and that are not cut for the group yet
 */
public record CutGroup(String groupId, String snapshotId, Set<String> volumeIds) {
    public CutGroup {
        requireNonNull(groupId);
        requireNonNull(snapshotId);
        volumeIds = Set.copyOf(volumeIds);
    }
}
