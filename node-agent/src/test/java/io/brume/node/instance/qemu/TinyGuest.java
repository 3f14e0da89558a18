package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The smallest Linux guest: the distribution's cloud kernel, and busybox with a shell on the serial
 * console. Made once below {@code target}, from packages that apt downloads.
 */
record TinyGuest(Path kernel, Path initrd) {
    private static final List<String> MODULES =
            List.of(
                    "button",
                    "evdev",
                    "virtio_ring",
                    "virtio",
                    "virtio_pci_modern_dev",
                    "virtio_pci_legacy_dev",
                    "virtio_pci",
                    "virtio_blk",
                    "failover",
                    "net_failover",
                    "virtio_net");
    private static final String INIT =
            """
            #!/bin/sh
            bb=/bin/busybox
            $bb mount -t devtmpfs dev /dev
            $bb mount -t proc proc /proc
            $bb mount -t sysfs sys /sys
            for module in MODULES; do [ -f /mod/$module.ko ] && $bb insmod /mod/$module.ko; done
            for event in /dev/input/event*; do
              ($bb dd if=$event bs=24 count=1 >/dev/null 2>&1; echo POWER-BUTTON; $bb poweroff -f) &
            done
            $bb --install -s /bin
            export PATH=/bin
            echo "BOOTED cpus=$(nproc) kib=$(sed -n 's/MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
            exec sh </dev/console >/dev/console 2>&1
            """;

    static TinyGuest build() throws IOException {
        Path folder = Path.of("target", "tiny-guest").toAbsolutePath();
        var guest = new TinyGuest(folder.resolve("kernel"), folder.resolve("initrd"));
        if (!Files.exists(guest.initrd())) {
            guest.make(folder);
        }
        return guest;
    }

    private void make(Path folder) throws IOException {
        Path debs = Files.createDirectories(folder.resolve("debs"));
        Path unpacked = folder.resolve("unpacked");
        var processes = Processes.system();
        String depends =
                processes
                        .run(HostCommand.of("apt-cache", "depends", "linux-image-cloud-amd64"))
                        .orThrow()
                        .output();
        String image =
                depends.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("Depends: linux-image-"))
                        .findFirst()
                        .orElseThrow()
                        .substring("Depends: ".length());
        processes
                .run(
                        HostCommand.of(
                                        "sh",
                                        "-c",
                                        "cd \"$1\" && apt-get -q -o APT::Sandbox::User=root"
                                                + " download \"$2\" busybox-static && for deb in"
                                                + " *.deb; do dpkg-deb -x \"$deb\" \"$3\"; done",
                                        "download",
                                        debs.toString(),
                                        image,
                                        unpacked.toString())
                                .within(Duration.ofMinutes(3)))
                .orThrow();
        Files.copy(find(unpacked, "vmlinuz-"), kernel());
        writeInitrd(unpacked);
    }

    private void writeInitrd(Path unpacked) throws IOException {
        var archive = new ByteArrayOutputStream();
        for (String name : List.of("bin", "dev", "proc", "sys", "mod")) {
            entry(archive, name, 0040755, 0, 0, new byte[0]);
        }
        entry(archive, "dev/console", 0020600, 5, 1, new byte[0]);
        entry(archive, "bin/busybox", 0100755, 0, 0, Files.readAllBytes(find(unpacked, "busybox")));
        entry(archive, "bin/sh", 0120777, 0, 0, "busybox".getBytes(UTF_8));
        entry(
                archive,
                "init",
                0100755,
                0,
                0,
                INIT.replace("MODULES", String.join(" ", MODULES)).getBytes(UTF_8));
        for (String module : MODULES) {
            entry(
                    archive,
                    "mod/" + module + ".ko",
                    0100644,
                    0,
                    0,
                    Files.readAllBytes(find(unpacked, module + ".ko")));
        }
        entry(archive, "TRAILER!!!", 0, 0, 0, new byte[0]);
        Path next = initrd().resolveSibling("initrd.next");
        Files.write(next, archive.toByteArray());
        Files.move(next, initrd());
    }

    // The newc format of cpio(5): eight hexadecimal digits a field, everything padded to four
    // bytes.
    private static void entry(
            ByteArrayOutputStream to, String name, int mode, int major, int minor, byte[] content)
            throws IOException {
        var fields = new ArrayList<Integer>();
        fields.addAll(List.of(to.size() + 1, mode, 0, 0, 1, 0, content.length));
        fields.addAll(List.of(0, 0, major, minor, name.length() + 1, 0));
        var header = new StringBuilder("070701");
        fields.forEach(field -> header.append("%08x".formatted(field)));
        to.write(header.append(name).append('\0').toString().getBytes(UTF_8));
        pad(to);
        to.write(content);
        pad(to);
    }

    private static void pad(ByteArrayOutputStream to) {
        while (to.size() % 4 != 0) {
            to.write(0);
        }
    }

    private static Path find(Path folder, String name) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/share/"))
                    .filter(file -> {
                        String its = file.getFileName().toString();
                        return its.equals(name) || (name.endsWith("-") && its.startsWith(name));
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }
}
