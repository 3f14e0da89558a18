package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a VPC. */
public record VpcId(String value) implements ResourceId, Comparable<VpcId> {
    public static final String PREFIX = "vpc";

    public VpcId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidVpcID.Malformed}
     */
    public static VpcId parse(String text) {
        return new VpcId(ResourceId.parse(PREFIX, "InvalidVpcID.Malformed", text));
    }

    /** A new one. */
    public static VpcId create(Ids ids) {
        return new VpcId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(VpcId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
