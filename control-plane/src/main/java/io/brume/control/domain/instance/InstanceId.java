package io.brume.control.domain.instance;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names an instance. */
public record InstanceId(String value) implements ResourceId, Comparable<InstanceId> {
    public static final String PREFIX = "i";

    public InstanceId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidInstanceID.Malformed}
     */
    public static InstanceId parse(String text) {
        return new InstanceId(ResourceId.parse(PREFIX, "InvalidInstanceID.Malformed", text));
    }

    /** A new one. */
    public static InstanceId create(Ids ids) {
        return new InstanceId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidInstanceID.NotFound",
                "The instance ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
