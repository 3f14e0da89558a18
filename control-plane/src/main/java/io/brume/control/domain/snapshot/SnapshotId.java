package io.brume.control.domain.snapshot;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a snapshot. */
public record SnapshotId(String value) implements ResourceId, Comparable<SnapshotId> {
    public static final String PREFIX = "snap";

    public SnapshotId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidSnapshotID.Malformed}
     */
    public static SnapshotId parse(String text) {
        return new SnapshotId(ResourceId.parse(PREFIX, "InvalidSnapshotID.Malformed", text));
    }

    /** A new one. */
    public static SnapshotId create(Ids ids) {
        return new SnapshotId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.".formatted(value));
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
