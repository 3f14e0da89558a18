package io.brume.node.instance;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * All that a hypervisor needs to start a guest.
 *
 * @param instanceId for example {@code i-0123456789abcdef0}; also names its folder and control
 *     group
 * @param runEpoch which start of the instance this is
 * @param vcpus at least 1
 * @param memoryMib at least 64
 * @param cpuLimitMillis thousandths of a host CPU that the guest may use; 0 = unlimited
 * @param boot what the machine starts from
 * @param volumes its disks, in the order the guest finds them; the first is the root
 * @param nics in device index order
 * @param networkNamespace the name of the namespace the process runs in; empty = the agent's own
 */
public record GuestSpec(
        String instanceId,
        long runEpoch,
        int vcpus,
        long memoryMib,
        int cpuLimitMillis,
        Boot boot,
        List<Volume> volumes,
        List<Nic> nics,
        String networkNamespace) {
    public GuestSpec {
        requireNonNull(instanceId);
        requireNonNull(boot);
        requireNonNull(networkNamespace);
        volumes = List.copyOf(volumes);
        nics = List.copyOf(nics);
    }

    /** The same guest with these volumes. */
    public GuestSpec with(List<Volume> its) {
        return new GuestSpec(
                instanceId,
                runEpoch,
                vcpus,
                memoryMib,
                cpuLimitMillis,
                boot,
                its,
                nics,
                networkNamespace);
    }

    /** What a machine starts from. */
    public sealed interface Boot {
        /** A kernel that the image brings: no firmware, no boot loader. */
        record Direct(Path kernel, Path initrd, String commandLine) implements Boot {}

        /** The root volume's own boot loader, by BIOS or UEFI. */
        record Firmware(boolean uefi) implements Boot {}
    }

    /**
     * A volume that is served on this host.
     *
     * @param volumeId for example {@code vol-0123456789abcdef0}; the guest reads it without the
     *     dash as the disk's serial number
     * @param socket where it is served by NBD
     */
    public record Volume(String volumeId, Path socket, long sizeBytes) {
        /** As many volumes a guest can have at once. */
        public static final int MOST = 24;

        public Volume {
            requireNonNull(volumeId);
            requireNonNull(socket);
        }
    }

    /**
     * A network interface of the guest.
     *
     * @param tap the tap device, in the namespace
     * @param mac six octets in hexadecimal with colons
     */
    public record Nic(String tap, String mac) {}
}
