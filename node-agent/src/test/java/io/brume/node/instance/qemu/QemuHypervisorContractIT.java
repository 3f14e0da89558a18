package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.Processes;
import io.brume.node.instance.GuestSpec;
import io.brume.node.instance.Hypervisor;
import io.brume.node.instance.HypervisorContract;
import io.brume.node.volume.FileVolume;
import io.brume.node.volume.nbd.NbdVolumes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all hypervisors, kept by QEMU. */
class QemuHypervisorContractIT implements HypervisorContract {
    private static TinyGuest tiny;

    @TempDir private Path folder;
    private ControlGroups groups;
    private QemuSettings settings;
    private QemuHypervisor hypervisor;
    private NbdVolumes volumes;

    @BeforeAll
    static void build() throws IOException {
        tiny = TinyGuest.build();
    }

    @BeforeEach
    void begin() throws IOException {
        settings =
                QemuSettings.in(
                        folder.resolve("instances"), "brume-ct-" + ProcessHandle.current().pid());
        groups = ControlGroups.ofHost(settings.controlGroup());
        volumes = FileVolume.served(folder.resolve("volumes"), folder);
        hypervisor = open();
    }

    private QemuHypervisor open() throws IOException {
        return new QemuHypervisor(settings, Processes.system(), groups, Time.system());
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        for (String id : hypervisor.guests().keySet()) {
            hypervisor.destroy(id);
        }
        hypervisor.close();
        volumes.close();
        assertThat(groups.names()).isEmpty();
        groups.removeParent();
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public Hypervisor restarted() throws IOException {
        hypervisor.close();
        volumes.close();
        volumes = FileVolume.served(folder.resolve("volumes"), folder);
        hypervisor = open();
        return hypervisor;
    }

    @Override
    public GuestSpec guest(long runEpoch) {
        return new GuestSpec(
                ID,
                runEpoch,
                1,
                128,
                0,
                new GuestSpec.Boot.Direct(
                        tiny.kernel(), tiny.initrd(), "console=ttyS0 quiet panic=1"),
                List.of(),
                List.of(),
                "");
    }

    @Override
    public GuestSpec.Volume volume(String volumeId) throws IOException {
        volumes.apply(FileVolume.want(volumeId, 1, 8 << 20));
        return new GuestSpec.Volume(volumeId, volumes.offer(volumeId), 8 << 20);
    }

    @Override
    public void awaitBoot(Hypervisor booting) {
        await().atMost(Duration.ofSeconds(40))
                .until(() ->
                        new String(booting.consoleOutput(ID, 65_536), UTF_8).contains("BOOTED"));
    }
}
