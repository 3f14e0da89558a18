package io.brume.node.instance.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.host.CommandResult;
import io.brume.node.host.Daemon;
import io.brume.node.host.DaemonCommand;
import io.brume.node.host.HostCommand;
import io.brume.node.host.HostFacts;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuProbeTest {
    @TempDir private Path folder;

    private static final Processes RECORDED =
            new Processes() {
                @Override
                public CommandResult run(HostCommand command) {
                    String output =
                            command.arguments().contains("--version")
                                    ? "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg)\n"
                                    : "";
                    return new CommandResult("program", 0, output, "");
                }

                @Override
                public Daemon start(DaemonCommand command) {
                    throw new AssertionError("not expected");
                }
            };

    @Test
    void saysWhyItIsNotKvm() throws IOException {
        var host =
                new QemuProbe(RECORDED, QemuSettings.in(folder, "brume"))
                        .probe(new HostFacts(2, "a cpu", false, 1, 1, "6.1", "boot"));
        assertThat(host.acceleration().kind()).isEqualTo("tcg");
        assertThat(host.acceleration().version()).isEqualTo("7.2.22");
        assertThat(host.acceleration().reason()).contains("vmx", "svm");
        assertThat(host.kvm()).isFalse();
        assertThat(host.atLeast(7, 2)).isTrue();
        assertThat(host.atLeast(9, 1)).isFalse();
    }

    @Test
    void kvmIsBelievedOnlyWhenQemuSaysSo() throws IOException {
        String greeting =
                "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}}}\n{\"return\": {}}\n";
        assertThat(
                        QemuProbe.kvmEnabled(
                                greeting
                                        + "{\"return\": {\"enabled\": true, \"present\": true},"
                                        + " \"id\": \"kvm\"}\n"))
                .isTrue();
        assertThat(
                        QemuProbe.kvmEnabled(
                                greeting
                                        + "{\"return\": {\"enabled\": false, \"present\": true},"
                                        + " \"id\": \"kvm\"}\n"))
                .isFalse();
        assertThat(QemuProbe.kvmEnabled("")).isFalse();
    }
}
