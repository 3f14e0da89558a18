package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.Processes;
import io.brume.node.instance.GuestSpec;
import io.brume.node.volume.FileVolume;
import io.brume.node.volume.VolumeProgram;
import io.brume.node.volume.nbd.NbdVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as a real guest sees them. */
@Timeout(180)
class VolumePlugIT {
    private static final String ID = "i-0123456789abcdef0";
    private static final String VOLUME = "vol-0123456789abcdef0";
    private static final String SERIAL = "vol0123456789abcdef0";
    private static final long MIB = 1 << 20;

    private static TinyGuest tiny;

    @TempDir private Path folder;
    private ControlGroups groups;
    private QemuSettings settings;
    private QemuHypervisor hypervisor;
    private int asked;

    @BeforeAll
    static void build() throws IOException {
        tiny = TinyGuest.build();
    }

    @BeforeEach
    void open() throws IOException {
        settings =
                QemuSettings.in(
                        folder.resolve("instances"), "brume-vp-" + ProcessHandle.current().pid());
        groups = ControlGroups.ofHost(settings.controlGroup());
        hypervisor = new QemuHypervisor(settings, Processes.system(), groups, Time.system());
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        for (String id : hypervisor.guests().keySet()) {
            hypervisor.destroy(id);
        }
        hypervisor.close();
        assertThat(groups.names()).isEmpty();
        groups.removeParent();
    }

    @Test
    void aDiskAppearsGrowsAndGoes() throws Exception {
        // As an agent's folder may be: nobody but root can walk there.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            hypervisor.start(guest(List.of()));
            awaitBoot();
            assertThat(ask("ls /sys/block")).doesNotContain("vda");
            volumes.apply(FileVolume.want(VOLUME, 1, 16 * MIB));
            Path socket = volumes.offer(VOLUME);
            hypervisor.attach(ID, new GuestSpec.Volume(VOLUME, socket, 16 * MIB));
            awaitDisk();
            assertThat(ask("cat /sys/block/vda/serial; echo; cat /sys/block/vda/size"))
                    .contains(SERIAL)
                    .contains("\n32768\r\n");
            String sum = write(4);
            assertThat(ask("echo 3 > /proc/sys/vm/drop_caches; " + SUM)).contains(sum);
            assertThat(openTo(settings.firstUid())).isTrue();
            assertThat(openTo(settings.firstUid() + 1)).isFalse();

            volumes.apply(FileVolume.want(VOLUME, 2, 24 * MIB));
            var grown = new GuestSpec.Volume(VOLUME, socket, 24 * MIB);
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> {
                        hypervisor.attach(ID, grown);
                        return true;
                    });
            assertThat(ask("cat /sys/block/vda/size")).contains("\n49152\r\n");
            assertThat(ask("dd if=/dev/zero of=/dev/vda bs=1M seek=20 count=4 conv=fsync"))
                    .contains("4+0 records out");

            assertThat(hypervisor.detach(ID, grown)).isTrue();
            assertThat(ask("ls /sys/block")).doesNotContain("vda");
            hypervisor.attach(ID, grown);
            awaitDisk();
            assertThat(ask(SUM)).as("the same bytes").contains(sum);
        }
    }

    @Test
    void aGuestWaitsForAnAgentThatWasKilled() throws Exception {
        Process program = VolumeProgram.start(folder, VOLUME, 64 * MIB);
        try {
            hypervisor.start(guest(List.of(new GuestSpec.Volume(VOLUME, socket(), 64 * MIB))));
            awaitBoot();
            awaitDisk();
            String sum = write(8);
            // Writes until it is told to end, however fast the machine is, so that each death meets
            // it.
            type(
                    "(n=0; while [ ! -e /stop ] && [ $n -lt 100000 ]; do n=$((n+1));"
                            + " dd if=/dev/zero of=/dev/vda bs=64k seek=128 count=16 oflag=direct"
                            + " 2>/dev/null || break; done;"
                            + " [ -e /stop ]; echo WRITER-EN\"\"DED $?) 2>&1 &\n");
            for (int i = 0; i < 2; i++) {
                await().atMost(Duration.ofSeconds(20)).until(() -> isWriting());
                program.destroyForcibly().waitFor();
                assertThat(console()).doesNotContain("WRITER-ENDED");
                Files.delete(folder.resolve("volumes/" + VOLUME + ".sock"));
                program = VolumeProgram.start(folder, VOLUME, 64 * MIB);
                hypervisor.attach(ID, new GuestSpec.Volume(VOLUME, socket(), 64 * MIB));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> isWriting());
            type("touch /stop\n");
            await().atMost(Duration.ofSeconds(60)).until(() -> console().contains("WRITER-ENDED"));
            assertThat(console()).contains("WRITER-ENDED 0").doesNotContain("I/O error");
            assertThat(ask("echo 3 > /proc/sys/vm/drop_caches; " + SUM)).contains(sum);
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    @Test
    void aVolumeTakenByForceFailsAndTheGuestLives() throws Exception {
        try (NbdVolumes volumes = FileVolume.served(folder.resolve("volumes"), folder)) {
            volumes.apply(FileVolume.want(VOLUME, 1, 16 * MIB));
            var volume = new GuestSpec.Volume(VOLUME, volumes.offer(VOLUME), 16 * MIB);
            hypervisor.start(guest(List.of(volume)));
            awaitBoot();
            awaitDisk();
            write(1);
            volumes.fail(VOLUME, 16 * MIB);
            hypervisor.sever(ID, volume);
            volumes.release(VOLUME);
            assertThat(ask("dd if=/dev/vda of=/dev/null bs=4k count=1 iflag=direct"))
                    .contains("Input/output error");
            assertThat(ask("echo still $((6 * 7))")).contains("still 42");
        }
    }

    private static final String SUM = "dd if=/dev/vda bs=1M count=1 2>/dev/null | md5sum";

    private String write(int mebibytes) throws IOException {
        assertThat(
                        ask(
                                "dd if=/dev/urandom of=/dev/vda bs=1M count=%d conv=fsync"
                                        .formatted(mebibytes)))
                .contains(mebibytes + "+0 records out");
        var matcher = Pattern.compile("([0-9a-f]{32})  -").matcher(ask(SUM));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private long written;

    private boolean isWriting() throws IOException {
        long now = Files.getLastModifiedTime(folder.resolve(VOLUME + ".raw")).toMillis();
        boolean changed = written != 0 && now != written;
        written = now;
        return changed;
    }

    private Path socket() {
        Path socket = folder.resolve("volumes/" + VOLUME + ".sock");
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket));
        return socket;
    }

    /** Whether a process of another user, started in the guest's folder, may connect. */
    private boolean openTo(int uid) throws IOException {
        Path link = settings.root().resolve(ID).resolve(VOLUME + ".sock");
        return Files.getAttribute(link, "unix:uid").equals(uid)
                && Files.getPosixFilePermissions(link)
                        .equals(PosixFilePermissions.fromString("rw-------"));
    }

    private GuestSpec guest(List<GuestSpec.Volume> volumes) {
        return new GuestSpec(
                ID,
                1,
                1,
                192,
                0,
                new GuestSpec.Boot.Direct(
                        tiny.kernel(), tiny.initrd(), "console=ttyS0 quiet panic=1"),
                volumes,
                List.of(),
                "");
    }

    private void awaitBoot() {
        await().atMost(Duration.ofSeconds(40)).until(() -> console().contains("BOOTED"));
    }

    private void awaitDisk() throws IOException {
        String found =
                ask("for i in $(seq 100); do [ -e /dev/vda ] && break; sleep 0.1; done; ls /dev");
        assertThat(found).contains("vda");
    }

    private String console() throws IOException {
        return new String(hypervisor.consoleOutput(ID, 65_536), UTF_8);
    }

    private void type(String text) throws IOException {
        try (var console = hypervisor.openConsole(ID)) {
            console.input().write(text.getBytes(UTF_8));
        }
    }

    /** Has the guest's shell run a command. */
    private String ask(String command) throws IOException {
        asked++;
        int begin = console().length();
        type("%s 2>&1; echo AN\"\"SWERED-%d\n".formatted(command, asked));
        String mark = "ANSWERED-" + asked;
        String all =
                await().atMost(Duration.ofSeconds(40))
                        .until(this::console, text -> text.contains(mark));
        return all.substring(begin);
    }
}
