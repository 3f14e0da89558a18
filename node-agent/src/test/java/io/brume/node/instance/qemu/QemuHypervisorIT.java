package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.HostCommand;
import io.brume.node.host.ProcessIdentity;
import io.brume.node.host.Processes;
import io.brume.node.instance.GuestExit;
import io.brume.node.instance.GuestExit.Cause;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.GuestSpec.Boot;
import io.brume.node.instance.GuestState;
import io.brume.node.volume.FileVolume;
import io.brume.node.volume.nbd.NbdVolumes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real guests, emulated. */
class QemuHypervisorIT {
    private static final String ID = "i-0123456789abcdef0";
    private static final Duration BOOT = Duration.ofSeconds(30);

    private static TinyGuest tiny;

    @TempDir private Path folder;
    private final BlockingQueue<GuestExit> exits = new LinkedBlockingQueue<>();
    private final Processes processes = Processes.system();
    private ControlGroups groups;
    private QemuSettings settings;
    private QemuHypervisor hypervisor;

    @BeforeAll
    static void build() throws IOException {
        tiny = TinyGuest.build();
    }

    @BeforeEach
    void open() throws IOException {
        settings =
                QemuSettings.in(
                        folder.resolve("instances"), "brume-it-" + ProcessHandle.current().pid());
        groups = ControlGroups.ofHost(settings.controlGroup());
        hypervisor = newHypervisor();
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        for (String id : hypervisor.guests().keySet()) {
            hypervisor.destroy(id);
        }
        hypervisor.close();
        assertThat(groups.names()).isEmpty();
        groups.removeParent();
        try (var left = Files.list(settings.root())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void guestHasWhatItWasGivenAndIsConfined() throws Exception {
        hypervisor.start(spec(2, 192, 1500));
        String booted = booted();
        assertThat(booted).contains("cpus=2");
        int kib = Integer.parseInt(booted.replaceAll("(?s).*kib=([0-9]+).*", "$1"));
        assertThat(kib).isBetween(150_000, 192 * 1024);
        assertThat(groups.controllers()).contains("cpu", "memory", "pids");
        ProcessIdentity process = process();
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        assertThat(status)
                .contains("Uid:\t" + settings.firstUid())
                .contains("Gid:\t" + settings.firstUid())
                .contains("CapEff:\t0000000000000000")
                .contains("NoNewPrivs:\t1")
                .contains("Seccomp:\t2");
        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")))
                .contains("/" + settings.controlGroup() + "/" + ID);
        assertThat(cgroupValue("cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("150000");
        long limit = (192L + 6 + 192 + 256) * 1024 * 1024;
        assertThat(cgroupValue("memory", "memory.limit_in_bytes", "memory.max"))
                .isEqualTo(Long.toString(limit));
        try (var console = hypervisor.openConsole(ID);
                var second = hypervisor.openConsole(ID)) {
            console.input().write("echo six-times-seven-is $((6 * 7))\n".getBytes(UTF_8));
            for (var reader : List.of(console, second)) {
                awaitText(reader.output(), "six-times-seven-is 42");
            }
        }
        assertThat(ImageIO.read(new ByteArrayInputStream(hypervisor.screenshot(ID)))).isNotNull();
    }

    @Test
    void rootAndNicAreThereInTheNamespace() throws Exception {
        String namespace = "brume-it-" + ProcessHandle.current().pid();
        run("ip", "netns", "add", namespace);
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            run("ip", "-n", namespace, "tuntap", "add", "dev", "tap-it", "mode", "tap");
            hypervisor.start(
                    new GuestSpec(
                            ID,
                            1,
                            1,
                            128,
                            0,
                            boot(),
                            List.of(
                                    volume(volumes, "vol-0123456789abcdef1", 64),
                                    volume(volumes, "vol-0123456789abcdef0", 32)),
                            List.of(new GuestSpec.Nic("tap-it", "02:00:00:00:00:07")),
                            namespace));
            booted();
            try (var console = hypervisor.openConsole(ID)) {
                String look =
                        "cd /sys; cat class/net/eth0/address block/vda/size block/vda/serial; echo;"
                                + " cat block/vdb/serial; dd if=/dev/zero of=/dev/vda bs=1M"
                                + " count=2; echo done-$((1+1))\n";
                console.input().write(look.getBytes(UTF_8));
                String seen = awaitText(console.output(), "done-2");
                assertThat(seen).contains("02:00:00:00:00:07", "131072", "2+0 records");
                assertThat(seen.indexOf("vol0123456789abcdef1"))
                        .as("the root is vda, whatever the ids")
                        .isBetween(0, seen.indexOf("vol0123456789abcdef0"));
            }
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + process().pid() + "/ns/net")))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
            hypervisor.destroy(ID);
        } finally {
            run("ip", "netns", "delete", namespace);
        }
    }

    private static GuestSpec.Volume volume(NbdVolumes volumes, String volumeId, int mebibytes)
            throws IOException {
        volumes.apply(FileVolume.want(volumeId, 1, (long) mebibytes << 20));
        return new GuestSpec.Volume(volumeId, volumes.offer(volumeId), (long) mebibytes << 20);
    }

    private void run(String... command) throws IOException {
        processes.run(HostCommand.of(command)).orThrow();
    }

    @Test
    void powerButtonEndsTheGuestAsRequested() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        booted();
        hypervisor.powerDown(ID);
        var exit = nextExit();
        assertThat(exit.cause()).isEqualTo(Cause.REQUESTED);
        assertThat(state().running()).isFalse();
        assertThat(console()).contains("POWER-BUTTON");
    }

    @Test
    void guestThatShutsItselfDownIsToldApart() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        booted();
        typeUntil("poweroff -f\n", () -> !exits.isEmpty());
        assertThat(nextExit().cause()).isEqualTo(Cause.GUEST);
        hypervisor.start(spec(1, 128, 0, 2));
        assertThat(state().running()).isTrue();
        booted();
    }

    @Test
    void resetAndRebootKeepTheProcess() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        booted();
        var process = process();
        hypervisor.reset(ID);
        awaitBoots(2);
        typeUntil("reboot -f\n", () -> boots() >= 3);
        assertThat(process().alive()).isTrue();
        assertThat(process()).isEqualTo(process);
        assertThat(exits).isEmpty();
    }

    @Test
    void killedHypervisorIsReported() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        process().kill();
        assertThat(nextExit().cause()).isEqualTo(Cause.HYPERVISOR);
        hypervisor.kill(ID);
        assertThat(exits).isEmpty();
    }

    @Test
    void forceEndsTheGuestAsRequested() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        var process = process();
        hypervisor.kill(ID);
        assertThat(process.alive()).isFalse();
        assertThat(nextExit().cause()).isEqualTo(Cause.REQUESTED);
    }

    @Test
    void guestOutlivesTheAgentAndIsTakenUpAgain() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        booted();
        var process = process();
        restartAgent();
        assertThat(state().running()).isTrue();
        assertThat(state().runEpoch()).isEqualTo(1);
        hypervisor.start(spec(1, 128, 0));
        assertThat(process()).isEqualTo(process);
        type("echo still-$((40 + 2))-here\n");
        await().atMost(BOOT).until(() -> console().contains("still-42-here"));
        hypervisor.powerDown(ID);
        assertThat(nextExit().cause()).isEqualTo(Cause.REQUESTED);
    }

    @Test
    void causeOfAnEndIsKnownAlsoWhenNobodyWatched() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        booted();
        type("sleep 1; poweroff -f\n");
        hypervisor.close();
        Path log = settings.root().resolve(ID).resolve("console.log");
        await().atMost(BOOT).until(() -> Files.readString(log).contains("Power down"));
        hypervisor = newHypervisor();
        await().atMost(BOOT).until(() -> !state().running());
        assertThat(state().exit().orElseThrow().cause()).isEqualTo(Cause.GUEST);

        hypervisor.start(spec(1, 128, 0, 2));
        hypervisor.close();
        var process = process();
        process.kill();
        assertThat(process.awaitEnd(Duration.ofSeconds(10))).isTrue();
        hypervisor = newHypervisor();
        GuestState state = state();
        assertThat(state.runEpoch()).isEqualTo(2);
        assertThat(state.exit().orElseThrow().cause()).isEqualTo(Cause.HYPERVISOR);
    }

    @Test
    void restartOfTheHostIsTold() throws Exception {
        hypervisor.start(spec(1, 128, 0));
        hypervisor.close();
        var process = process();
        process.kill();
        assertThat(process.awaitEnd(Duration.ofSeconds(10))).isTrue();
        Path start = settings.root().resolve(ID).resolve("spec.json");
        String bootId = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        Files.writeString(start, Files.readString(start).replace(bootId, "an-earlier-boot"));
        hypervisor = newHypervisor();
        assertThat(state().exit().orElseThrow().cause()).isEqualTo(Cause.HOST_RESTART);
    }

    @Test
    void whatCannotStartSaysWhyAndLeavesNothing() throws Exception {
        var spec =
                new GuestSpec(
                        ID,
                        1,
                        1,
                        128,
                        0,
                        boot(),
                        List.of(),
                        List.of(new GuestSpec.Nic("no-such-tap", "02:00:00:00:00:01")),
                        "no-such-namespace");
        assertThatThrownBy(() -> hypervisor.start(spec))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-namespace");
        assertThat(hypervisor.guests()).isEmpty();
    }

    @Test
    void biosBootsTheRootAndNoOther() throws Exception {
        writeBootSector("vol-0123456789abcdef1", "BOOTED-THE-ROOT");
        writeBootSector("vol-0123456789abcdef0", "BOOTED-ANOTHER");
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            hypervisor.start(
                    firmwareGuest(
                            false,
                            volume(volumes, "vol-0123456789abcdef1", 16),
                            volume(volumes, "vol-0123456789abcdef0", 16)));
            await().atMost(BOOT).until(() -> console().contains("BOOTED-"));
            await().atMost(BOOT).until(() -> console().contains("BOOTED-THE-ROOT"));
            assertThat(console()).doesNotContain("ANOTHER");
            hypervisor.destroy(ID);
        }
    }

    /** A boot sector that writes a line to the serial port and halts. */
    private void writeBootSector(String volumeId, String line) throws IOException {
        byte[] sector = new byte[16 << 20];
        byte[] code =
                HexFormat.of().parseHex("fa31c08ed8be167c" + "ac08c07406baf803eeebf5" + "f4ebfd");
        System.arraycopy(code, 0, sector, 0, code.length);
        byte[] text = (line + "\r\n").getBytes(UTF_8);
        System.arraycopy(text, 0, sector, code.length, text.length);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        Files.write(folder.resolve(volumeId + ".raw"), sector);
    }

    @Test
    void firmwareStartsByBiosAndUefi() throws Exception {
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            for (boolean uefi : List.of(false, true)) {
                hypervisor.start(firmwareGuest(uefi, volume(volumes, "vol-0123456789abcdef0", 16)));
                await().atMost(BOOT).until(() -> colours(hypervisor.screenshot(ID)) > 1);
                hypervisor.destroy(ID);
                exits.clear();
            }
        }
    }

    private static GuestSpec firmwareGuest(boolean uefi, GuestSpec.Volume... volumes) {
        return new GuestSpec(
                ID, 1, 1, 256, 0, new Boot.Firmware(uefi), List.of(volumes), List.of(), "");
    }

    private static long colours(byte[] jpeg) throws IOException {
        var picture = ImageIO.read(new ByteArrayInputStream(jpeg));
        return java.util.Arrays.stream(
                        picture.getRGB(
                                0,
                                0,
                                picture.getWidth(),
                                picture.getHeight(),
                                null,
                                0,
                                picture.getWidth()))
                .distinct()
                .count();
    }

    private Boot boot() {
        return new Boot.Direct(tiny.kernel(), tiny.initrd(), "console=ttyS0 quiet panic=1");
    }

    private GuestSpec spec(int vcpus, int memoryMib, int cpuLimitMillis) {
        return spec(vcpus, memoryMib, cpuLimitMillis, 1);
    }

    private GuestSpec spec(int vcpus, int memoryMib, int cpuLimitMillis, long epoch) {
        return new GuestSpec(
                ID, epoch, vcpus, memoryMib, cpuLimitMillis, boot(), List.of(), List.of(), "");
    }

    private QemuHypervisor newHypervisor() throws IOException {
        var opened = new QemuHypervisor(settings, processes, groups, Time.system());
        opened.onExit(exits::add);
        return opened;
    }

    private void restartAgent() throws IOException {
        hypervisor.close();
        hypervisor = newHypervisor();
    }

    private GuestState state() {
        return requireNonNull(hypervisor.guests().get(ID));
    }

    private ProcessIdentity process() throws IOException {
        return ProcessIdentity.read(settings.root().resolve(ID).resolve("process")).orElseThrow();
    }

    private String console() throws IOException {
        return new String(hypervisor.consoleOutput(ID, 65_536), UTF_8);
    }

    private String booted() {
        return await().atMost(BOOT).until(this::console, text -> text.contains("BOOTED cpus"));
    }

    private void awaitBoots(int times) {
        await().atMost(BOOT).until(() -> boots() == times);
    }

    private int boots() throws IOException {
        return console().split("BOOTED cpus", -1).length - 1;
    }

    /**
     * What is typed while the shell starts may be lost, as on any serial line: types again every
     * five seconds, as a person would.
     */
    private void typeUntil(String text, Callable<Boolean> seen) {
        await().atMost(BOOT.multipliedBy(2))
                .until(() -> {
                    type(text);
                    try {
                        await().atMost(Duration.ofSeconds(5)).until(seen);
                        return true;
                    } catch (ConditionTimeoutException e) {
                        return false;
                    }
                });
    }

    private void type(String text) throws IOException {
        try (var console = hypervisor.openConsole(ID)) {
            console.input().write(text.getBytes(UTF_8));
        }
    }

    private GuestExit nextExit() throws InterruptedException {
        var exit = exits.poll(60, TimeUnit.SECONDS);
        assertThat(exit).isNotNull();
        return exit;
    }

    private String cgroupValue(String controller, String version1, String version2)
            throws IOException {
        Path one = Path.of("/sys/fs/cgroup", controller, settings.controlGroup(), ID, version1);
        Path two = Path.of("/sys/fs/cgroup", settings.controlGroup(), ID, version2);
        return Files.readString(Files.exists(one) ? one : two).strip();
    }

    private static String awaitText(java.io.InputStream from, String text) throws IOException {
        var seen = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (seen.indexOf(text) < 0) {
            int n = from.read(buffer);
            assertThat(n).as("more output after: %s", seen).isPositive();
            seen.append(new String(buffer, 0, n, UTF_8));
        }
        return seen.toString();
    }
}
