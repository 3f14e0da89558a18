package io.brume.node.instance.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a {@link QemuHypervisor} is set up.
 *
 * @param root the folder of the guests' folders; made when missing
 * @param binary the system emulator
 * @param firstUid guests run as this user and the following ones, one each; none of them may be
 *     anything else's. The group is the same number
 * @param controlGroup the name of the control group that holds those of the guests; two clouds on
 *     one host have different ones
 * @param uefiFolders where UEFI firmware is looked for, in this order
 * @param startTimeout how long a guest's machine may take to be built
 * @param useKvm false emulates even where the processor could do better
 */
public record QemuSettings(
        Path root,
        Path binary,
        int firstUid,
        String controlGroup,
        List<Path> uefiFolders,
        Duration startTimeout,
        boolean useKvm) {
    public QemuSettings {
        root = root.toAbsolutePath().normalize();
        requireNonNull(binary);
        requireNonNull(controlGroup);
        requireNonNull(startTimeout);
        uefiFolders = List.copyOf(uefiFolders);
        if (firstUid < 1000) {
            throw new IllegalArgumentException("firstUid must be at least 1000: " + firstUid);
        }
    }

    /** The usual settings of Debian and Ubuntu. */
    public static QemuSettings in(Path root, String controlGroup) {
        return new QemuSettings(
                root,
                Path.of("/usr/bin/qemu-system-x86_64"),
                1_879_048_192,
                controlGroup,
                List.of(Path.of("/usr/share/OVMF"), Path.of("/usr/share/qemu")),
                Duration.ofSeconds(30),
                true);
    }
}
