package io.brume.node.instance.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.node.host.ControlGroups;
import io.brume.node.host.DaemonCommand;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a guest takes from the order to start to its init, beside the same QEMU started bare.
 * Not part of the suite; run it alone, by its name:
 *
 * <pre>mvn verify -pl node-agent -am -Dit.test=LaunchMeasurement -Dtest=None
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false</pre>
 */
class LaunchMeasurement {
    private static final String ID = "i-1";
    private static final int ROUNDS = 9;
    @TempDir private Path folder;

    @Test
    void launch() throws Exception {
        var tiny = TinyGuest.build();
        var spec =
                new GuestSpec(
                        ID,
                        1,
                        1,
                        256,
                        0,
                        new GuestSpec.Boot.Direct(
                                tiny.kernel(), tiny.initrd(), "console=ttyS0 quiet panic=1"),
                        List.of(),
                        List.of(),
                        "");
        var settings =
                QemuSettings.in(
                        folder.resolve("instances"), "brume-lm-" + ProcessHandle.current().pid());
        var processes = Processes.system();
        var groups = ControlGroups.ofHost(settings.controlGroup());
        var host = new QemuProbe(processes, settings).probe(HostFacts.read());
        var bare = new ArrayList<Long>();
        var whole = new ArrayList<Long>();
        var started = new ArrayList<Long>();
        try (var hypervisor = new QemuHypervisor(settings, processes, groups, Time.system())) {
            for (int i = 0; i < ROUNDS; i++) {
                bare.add(bare(processes, QemuCommand.of(host, spec, settings.firstUid())));
                long start = System.nanoTime();
                hypervisor.start(spec);
                started.add((System.nanoTime() - start) / 1_000_000);
                awaitInit(settings.root().resolve(ID).resolve(QemuCommand.CONSOLE_LOG));
                whole.add((System.nanoTime() - start) / 1_000_000);
                hypervisor.destroy(ID);
            }
        }
        groups.removeParent();
        bare.sort(null);
        whole.sort(null);
        started.sort(null);
        Files.writeString(
                Path.of("target", "launch.txt"),
                "ms: bare %s%n    whole %s%n    start() %s%n".formatted(bare, whole, started));
        assertThat(whole.get(ROUNDS / 2)).isLessThan(bare.get(ROUNDS / 2) * 115 / 100 + 300);
    }

    private long bare(Processes processes, List<String> command) throws IOException {
        Path place = Files.createDirectories(folder.resolve("bare"));
        var arguments = new ArrayList<>(command.subList(command.indexOf("--") + 1, command.size()));
        arguments.remove("-S");
        for (String option : List.of("-sandbox", "-runas", "-run-with")) {
            int at = arguments.indexOf(option);
            if (at >= 0) {
                arguments.subList(at, at + 2).clear();
            }
        }
        Path console = place.resolve(QemuCommand.CONSOLE_LOG);
        Files.deleteIfExists(console);
        long start = System.nanoTime();
        var daemon =
                processes.start(
                        new DaemonCommand(
                                arguments,
                                place,
                                "",
                                List.of(),
                                place.resolve("log"),
                                place.resolve("process")));
        try {
            awaitInit(console);
            return (System.nanoTime() - start) / 1_000_000;
        } finally {
            daemon.process().kill();
        }
    }

    private static void awaitInit(Path console) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(3))
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        Files.exists(console) && Files.readString(console).contains("BOOTED cpus"));
    }
}
