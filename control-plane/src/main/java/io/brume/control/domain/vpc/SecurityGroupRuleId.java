package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names one rule of a security group. */
public record SecurityGroupRuleId(String value)
        implements ResourceId, Comparable<SecurityGroupRuleId> {
    public static final String PREFIX = "sgr";

    public SecurityGroupRuleId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidSecurityGroupRuleId.Malformed}
     */
    public static SecurityGroupRuleId parse(String text) {
        return new SecurityGroupRuleId(
                ResourceId.parse(PREFIX, "InvalidSecurityGroupRuleId.Malformed", text));
    }

    /** A new one. */
    public static SecurityGroupRuleId create(Ids ids) {
        return new SecurityGroupRuleId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidSecurityGroupRuleId.NotFound",
                "The security group rule ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(SecurityGroupRuleId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
