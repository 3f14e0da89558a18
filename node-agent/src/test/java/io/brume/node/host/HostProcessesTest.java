package io.brume.node.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProcessesTest {
    @TempDir private Path folder;
    private final Processes processes = Processes.system();

    @Test
    void outputErrorsAndExitCodeAreKept() throws IOException {
        var result = processes.run(HostCommand.of("sh", "-c", "echo out; echo err >&2; exit 3"));
        assertThat(result).isEqualTo(new CommandResult("sh", 3, "out\n", "err\n"));
        assertThatThrownBy(result::orThrow).hasMessage("sh failed (3): err");
    }

    @Test
    void inputIsReadAndEnvironmentIsClean() throws IOException {
        var result =
                processes.run(
                        HostCommand.of("sh", "-c", "cat; env").reading("in\n".getBytes(UTF_8)));
        assertThat(result.orThrow().output()).startsWith("in\n").contains("LC_ALL=C");
        assertThat(result.output()).doesNotContain("JAVA");
    }

    @Test
    void outputIsBoundedAndLinesAreTold() throws IOException {
        var lines = new ArrayList<String>();
        var command =
                new HostCommand(
                        List.of("sh", "-c", "printf 'a\\rb\\n'; head -c 100000 /dev/zero"),
                        Duration.ofSeconds(10),
                        1000,
                        new byte[0],
                        java.util.Optional.empty(),
                        lines::add);
        assertThat(processes.run(command).orThrow().output()).hasSize(1000);
        assertThat(lines).containsExactly("a", "b");
    }

    @Test
    void slowProgramsAreEndedWithTheirChildren() throws IOException {
        Path pid = folder.resolve("pid");
        var command =
                HostCommand.of("sh", "-c", "sleep 600 & echo $! >\"$1\"; wait", "x", pid.toString())
                        .within(Duration.ofMillis(500));
        assertThatThrownBy(() -> processes.run(command))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within");
        long child = Long.parseLong(Files.readString(pid).strip());
        var identity = ProcessIdentity.of(child);
        assertThat(identity.isEmpty() || identity.get().awaitEnd(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whatIsNotThereIsAnError() {
        assertThatThrownBy(() -> processes.run(HostCommand.of("no-such-program")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void daemonHasItsOwnSessionAndIsRecorded() throws Exception {
        Path record = folder.resolve("process");
        Path output = folder.resolve("log");
        var daemon =
                processes.start(
                        new DaemonCommand(
                                List.of("sh", "-c", "pwd; exec sleep 600"),
                                folder,
                                "",
                                List.of(),
                                output,
                                record));
        try {
            org.awaitility.Awaitility.await().until(() -> Files.size(output) > 0);
            assertThat(Files.readString(output).strip()).isEqualTo(folder.toRealPath().toString());
            assertThat(ProcessIdentity.read(record)).contains(daemon.process());
            String stat = Files.readString(Path.of("/proc/" + daemon.process().pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            assertThat(fields[3]).as("session").isEqualTo(Long.toString(daemon.process().pid()));
            assertThat(daemon.process().alive()).isTrue();
        } finally {
            daemon.process().kill();
        }
        assertThat(daemon.exitCode().get(10, TimeUnit.SECONDS)).isEqualTo(128 + 9);
        assertThat(daemon.process().alive()).isFalse();
    }
}
