package io.brume.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityTest {
    @TempDir private Path folder;

    @Test
    void readsRecordedStat() throws IOException {
        String stat =
                "11776 (qemu (x) 1) S 1 11776 11776 0 -1 4194560 6212 0 1 0 53 12 0 0 20 0 6 0"
                        + " 3251870 1290346496 38251 18446744073709551615";
        assertThat(ProcessIdentity.parse(stat)).isEqualTo(new ProcessIdentity(11776, 3251870));
        assertThatThrownBy(() -> ProcessIdentity.parse("nonsense")).isInstanceOf(IOException.class);
    }

    @Test
    void anotherStartIsAnotherProcess() throws IOException {
        var me = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(me.alive()).isTrue();
        var earlier = new ProcessIdentity(me.pid(), me.startTicks() - 1);
        assertThat(earlier.alive()).isFalse();
        assertThat(earlier.awaitEnd(Duration.ofSeconds(1))).isTrue();
        earlier.kill();
        assertThat(me.alive()).isTrue();
        assertThat(me.awaitEnd(Duration.ofMillis(20))).isFalse();
    }

    @Test
    void absentRecordIsNoProcess() throws IOException {
        assertThat(ProcessIdentity.read(folder.resolve("process"))).isEmpty();
        Files.writeString(folder.resolve("process"), "");
        assertThat(ProcessIdentity.read(folder.resolve("process"))).isEmpty();
    }
}
