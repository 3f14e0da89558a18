package io.brume.node.instance.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.instance.Acceleration;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
    private static final QemuHost TCG =
            new QemuHost(
                    Path.of("/usr/bin/qemu-system-x86_64"),
                    new Acceleration("tcg", "no vmx", "7.2.22"),
                    OptionalLong.of(2_596_122),
                    false,
                    Optional.of(
                            new QemuHost.UefiFirmware(
                                    Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd"),
                                    Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"))));
    private static final QemuHost KVM =
            new QemuHost(
                    TCG.binary(),
                    new Acceleration("kvm", "", "10.0.2"),
                    OptionalLong.empty(),
                    true,
                    TCG.uefi());
    private static final Boot DIRECT =
            new Boot.Direct(
                    Path.of("/data/images/ami-1/kernel"),
                    Path.of("/data/images/ami-1/initrd"),
                    "console=ttyS0 root=/dev/vda rw");

    @Test
    void emulatedDirectBoot() throws IOException {
        assertGolden("direct-tcg.txt", QemuCommand.of(TCG, spec(DIRECT), 200_000));
    }

    @Test
    void acceleratedDirectBoot() throws IOException {
        assertGolden("direct-kvm.txt", QemuCommand.of(KVM, spec(DIRECT), 200_000));
    }

    @Test
    void biosBoot() throws IOException {
        assertGolden("bios-tcg.txt", QemuCommand.of(TCG, spec(new Boot.Firmware(false)), 200_000));
    }

    @Test
    void uefiBoot() throws IOException {
        assertGolden("uefi-kvm.txt", QemuCommand.of(KVM, spec(new Boot.Firmware(true)), 200_000));
    }

    @Test
    void uefiNeedsItsFirmware() {
        var host =
                new QemuHost(
                        TCG.binary(), TCG.acceleration(), TCG.tscKhz(), false, Optional.empty());
        assertThatThrownBy(() -> QemuCommand.of(host, spec(new Boot.Firmware(true)), 200_000))
                .hasMessageContaining("apt-get install ovmf");
    }

    @Test
    void nothingThatIsGivenCanBecomeAnOption() {
        for (String tap : List.of("tap0,script=/bin/sh", "", "a/b", "sixteen-chars-xx")) {
            assertThatThrownBy(() ->
                            QemuCommand.of(
                                    TCG,
                                    with(List.of(), new GuestSpec.Nic(tap, "02:00:00:00:00:01")),
                                    200_000))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        var disk = new GuestSpec.Disk(Path.of("/data/a,b.qcow2"), "qcow2", "vol-1", 0, 0);
        assertThat(QemuCommand.of(TCG, with(List.of(disk)), 200_000))
                .contains(
                        "driver=file,node-name=disk0-file,filename=/data/a,,b.qcow2,discard=unmap,aio=threads");
        for (var bad :
                List.of(
                        new GuestSpec.Disk(Path.of("/d"), "vmdk", "", 0, 0),
                        new GuestSpec.Disk(Path.of("/d"), "raw", "a,b", 0, 0),
                        new GuestSpec.Disk(Path.of("d"), "raw", "", 0, 0))) {
            assertThatThrownBy(() -> QemuCommand.of(TCG, with(List.of(bad)), 200_000))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void uuidIsWhatEc2sIs() {
        assertThat(QemuCommand.uuid("i-0123456789abcdef0"))
                .matches("ec2[0-9a-f]{5}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                .isEqualTo(QemuCommand.uuid("i-0123456789abcdef0"))
                .isNotEqualTo(QemuCommand.uuid("i-0123456789abcdef1"));
    }

    private static GuestSpec with(List<GuestSpec.Disk> disks, GuestSpec.Nic... nics) {
        return new GuestSpec("i-1", 1, 1, 128, 0, DIRECT, disks, List.of(nics), "");
    }

    private static GuestSpec spec(Boot boot) {
        return new GuestSpec(
                "i-0123456789abcdef0",
                3,
                2,
                1024,
                200,
                boot,
                List.of(
                        new GuestSpec.Disk(
                                Path.of("/data/disks/i-1/vol-1.qcow2"), "qcow2", "vol1", 0, 0),
                        new GuestSpec.Disk(
                                Path.of("/data/disks/i-1/vol-2.raw"),
                                "raw",
                                "vol2",
                                3000,
                                131_072_000)),
                List.of(new GuestSpec.Nic("tap-eni1", "02:00:0a:00:00:05")),
                "brume-vpc-1");
    }

    private static void assertGolden(String name, List<String> arguments) throws IOException {
        try (var in = QemuCommandTest.class.getResourceAsStream(name)) {
            String golden = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String actual = String.join("\n", arguments) + "\n";
            // To look at, and to copy from when a change is meant.
            Path written = Files.createDirectories(Path.of("target", "golden")).resolve(name);
            Files.writeString(written, actual);
            assertThat(actual).as("what is in %s", written).isEqualTo(golden);
        }
    }
}
