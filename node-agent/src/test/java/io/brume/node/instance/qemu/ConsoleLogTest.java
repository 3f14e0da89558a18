package io.brume.node.instance.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.host.CommandResult;
import io.brume.node.host.Daemon;
import io.brume.node.host.DaemonCommand;
import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    private static final Processes WITHOUT_HOLES =
            new Processes() {
                @Override
                public CommandResult run(HostCommand command) {
                    return new CommandResult("fallocate", 1, "", "Operation not supported");
                }

                @Override
                public Daemon start(DaemonCommand command) {
                    throw new AssertionError("not expected");
                }
            };

    @TempDir private Path folder;

    @Test
    void roomIsGivenBackWhileTheWriterGoesOn() throws IOException {
        Path file = folder.resolve("console.log");
        var log = new ConsoleLog(file, Processes.system());
        long trimmed = 0;
        for (int i = 0; i < 5; i++) {
            write(file, "x".repeat(1024 * 1024));
            trimmed = log.trim(trimmed);
        }
        write(file, "the end\n");
        assertThat(trimmed).isGreaterThan(4 * ConsoleLog.MAX_BYTES - ConsoleLog.KEPT_BYTES);
        assertThat((Integer) Files.getAttribute(file, "unix:nlink")).isEqualTo(1);
        assertThat(allocated(file)).isLessThan(2 * ConsoleLog.MAX_BYTES);
        assertThat(new String(log.read(65_536), UTF_8)).hasSize(65_536).endsWith("xthe end\n");
    }

    @Test
    void littleIsLeftAlone() throws IOException {
        Path file = folder.resolve("console.log");
        write(file, "hello\n");
        var log = new ConsoleLog(file, WITHOUT_HOLES);
        assertThat(log.trim(0)).isZero();
        assertThat(new String(log.read(3), UTF_8)).isEqualTo("lo\n");
        assertThat(new ConsoleLog(folder.resolve("none"), WITHOUT_HOLES).read(100)).isEmpty();
    }

    @Test
    void fileSystemWithoutHolesIsCutOff() throws IOException {
        Path file = folder.resolve("console.log");
        write(file, "x".repeat(2 * 1024 * 1024) + "the end\n");
        var log = new ConsoleLog(file, WITHOUT_HOLES);
        assertThat(log.trim(0)).isZero();
        assertThat(Files.size(file)).isEqualTo(ConsoleLog.KEPT_BYTES);
        assertThat(new String(log.read(100), UTF_8)).endsWith("the end\n");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static long allocated(Path file) throws IOException {
        return 1024
                * Long.parseLong(
                        Processes.system()
                                .run(HostCommand.of("du", "-k", file.toString()))
                                .orThrow()
                                .output()
                                .split("\t", -1)[0]);
    }
}
