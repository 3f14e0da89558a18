package io.brume.node.network.namespace;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.CloudNames;
import io.brume.node.network.Ipv4Block;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How one cloud's networks live on a host.
 *
 * @param names what the cloud calls its things
 * @param runDirectory a directory of this cloud for files that need not outlive the host's running,
 *     usually {@code /run/PREFIX}; it is made, and must be reachable for an unprivileged user
 * @param publicPool public addresses of instances; its first usable address is the host's own
 * @param mtu bytes of a packet inside VPCs, 576 to 9001
 * @param deviceKind what the network's end of an interface is
 * @param hostNamespace the namespace that stands for the host; empty = this process's own
 */
public record NetworkSettings(
        CloudNames names,
        Path runDirectory,
        Ipv4Block publicPool,
        int mtu,
        DeviceKind deviceKind,
        Optional<Path> hostNamespace) {
    /** What the network's end of an interface is. */
    public enum DeviceKind {
        /** A tap device, for a virtual machine. */
        TAP,
        /** A veth pair whose far end is the container's. */
        VETH
    }

    public NetworkSettings {
        requireNonNull(names);
        requireNonNull(runDirectory);
        requireNonNull(deviceKind);
        requireNonNull(hostNamespace);
        if (publicPool.prefix() > 30) {
            throw new IllegalArgumentException("public pool too small: " + publicPool);
        }
        if (Ipv4Block.parse("240.0.0.0/4").contains(publicPool)) {
            throw new IllegalArgumentException("public pool is in reserved space: " + publicPool);
        }
        if (mtu < 576 || mtu > 9001) {
            throw new IllegalArgumentException("MTU is 576 to 9001, not " + mtu);
        }
    }

    /** Virtual machines on this host, with packets of 1500 bytes. */
    public static NetworkSettings of(String prefix, Path runDirectory, String publicPool) {
        return new NetworkSettings(
                new CloudNames(prefix),
                runDirectory,
                Ipv4Block.parse(publicPool),
                1500,
                DeviceKind.TAP,
                Optional.empty());
    }

    /** The host's own address in the pool: what instances see it as. */
    String hostAddress() {
        return publicPool.address(1);
    }

    /** Puts a command into the host's namespace. */
    List<String> onHost() {
        return hostNamespace.map(NetworkSettings::enter).orElse(List.of());
    }

    /** Puts a command into a namespace. */
    static List<String> enter(Path namespace) {
        return List.of("nsenter", "--net=" + namespace);
    }
}
