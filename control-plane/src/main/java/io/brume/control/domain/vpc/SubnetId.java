package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a subnet. */
public record SubnetId(String value) implements ResourceId, Comparable<SubnetId> {
    public static final String PREFIX = "subnet";

    public SubnetId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidSubnetID.Malformed}
     */
    public static SubnetId parse(String text) {
        return new SubnetId(ResourceId.parse(PREFIX, "InvalidSubnetID.Malformed", text));
    }

    /** A new one. */
    public static SubnetId create(Ids ids) {
        return new SubnetId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(SubnetId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
