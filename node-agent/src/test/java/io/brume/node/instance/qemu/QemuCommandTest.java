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
        for (String volumeId : List.of("vol-1,a=b", "vol-", "../vol-1", "vol-0123456789abcdef01")) {
            var volume = new GuestSpec.Volume(volumeId, Path.of("/socket"), 1 << 20);
            assertThatThrownBy(() -> QemuCommand.of(TCG, with(List.of(volume)), 200_000))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theRootIsFirstAndTheFirmwaresChoice() {
        List<String> root =
                QemuCommand.of(TCG, spec(new Boot.Firmware(false)), 200_000).stream()
                        .filter(argument -> argument.startsWith("virtio-blk-pci"))
                        .toList();
        assertThat(root).hasSize(2);
        assertThat(root.getFirst()).contains("id=vol-1,", "bus=port0,", ",bootindex=0");
        assertThat(root.getLast()).contains("id=vol-2,", "bus=port1,").doesNotContain("bootindex");
    }

    @Test
    void uuidIsWhatEc2sIs() {
        assertThat(QemuCommand.uuid("i-0123456789abcdef0"))
                .matches("ec2[0-9a-f]{5}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                .isEqualTo(QemuCommand.uuid("i-0123456789abcdef0"))
                .isNotEqualTo(QemuCommand.uuid("i-0123456789abcdef1"));
    }

    private static GuestSpec with(List<GuestSpec.Volume> volumes, GuestSpec.Nic... nics) {
        return new GuestSpec("i-1", 1, 1, 128, 0, DIRECT, volumes, List.of(nics), "");
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
                        new GuestSpec.Volume("vol-1", Path.of("/data/vol-1.sock"), 8L << 30),
                        new GuestSpec.Volume("vol-2", Path.of("/data/vol-2.sock"), 1L << 30)),
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
