package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a security group. */
public record SecurityGroupId(String value) implements ResourceId, Comparable<SecurityGroupId> {
    public static final String PREFIX = "sg";

    public SecurityGroupId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidGroupId.Malformed}
     */
    public static SecurityGroupId parse(String text) {
        return new SecurityGroupId(ResourceId.parse(PREFIX, "InvalidGroupId.Malformed", text));
    }

    /** A new one. */
    public static SecurityGroupId create(Ids ids) {
        return new SecurityGroupId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidGroup.NotFound", "The security group '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(SecurityGroupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
