package io.brume.control.domain.vpc;

import io.brume.common.aws.Fault;
import io.brume.common.id.Ids;
import io.brume.control.domain.ResourceId;

/** Names a network interface. */
public record NetworkInterfaceId(String value)
        implements ResourceId, Comparable<NetworkInterfaceId> {
    public static final String PREFIX = "eni";

    public NetworkInterfaceId {
        ResourceId.require(PREFIX, value);
    }

    /**
     * The id that a caller sent.
     *
     * @throws Fault {@code InvalidNetworkInterfaceId.Malformed}
     */
    public static NetworkInterfaceId parse(String text) {
        return new NetworkInterfaceId(
                ResourceId.parse(PREFIX, "InvalidNetworkInterfaceId.Malformed", text));
    }

    /** A new one. */
    public static NetworkInterfaceId create(Ids ids) {
        return new NetworkInterfaceId(ids.ec2(PREFIX));
    }

    @Override
    public Fault notFound() {
        return Fault.absent(
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID '%s' does not exist".formatted(value));
    }

    @Override
    public int compareTo(NetworkInterfaceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
