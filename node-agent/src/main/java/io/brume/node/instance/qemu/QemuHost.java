package io.brume.node.instance.qemu;

import io.brume.node.instance.Acceleration;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the host offers to QEMU, found out once.
 *
 * @param binary the system emulator
 * @param acceleration how guests are accelerated, and QEMU's version
 * @param tscKhz the rate of the processor's time stamp counter
 * @param vhostNet whether the kernel can move a guest's packets
 * @param uefi the UEFI firmware, where installed
 */
record QemuHost(
        Path binary,
        Acceleration acceleration,
        OptionalLong tscKhz,
        boolean vhostNet,
        Optional<UefiFirmware> uefi) {
    /** A build of UEFI: its code, and the variables a new machine starts with. */
    record UefiFirmware(Path code, Path variables) {}

    boolean kvm() {
        return acceleration.kind().equals("kvm");
    }

    /** Whether QEMU is at least of this version. */
    boolean atLeast(int major, int minor) {
        String[] parts = acceleration.version().split("\\.", -1);
        int itsMajor = Integer.parseInt(parts[0]);
        int itsMinor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        return itsMajor > major || (itsMajor == major && itsMinor >= minor);
    }
}
