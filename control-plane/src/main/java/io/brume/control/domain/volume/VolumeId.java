package io.brume.control.domain.volume;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a block volume. */
public record VolumeId(String value) implements ResourceId, Comparable<VolumeId> {
    public static final String PREFIX = "vol";

    public VolumeId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidParameterValue}
     */
    public static VolumeId parse(String text) {
        return new VolumeId(ResourceId.parse(PREFIX, "InvalidParameterValue", text));
    }

    /** A new one. */
    public static VolumeId create(Ids ids) {
        return new VolumeId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidVolume.NotFound", "The volume '%s' does not exist.".formatted(value));
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
