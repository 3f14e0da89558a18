package io.brume.node.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.host.HostCommand;
import io.brume.node.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against archives of the real tar. */
class TarArchiveTest {
    @TempDir private Path folder;
    private Path into;
    private Path archive;

    @BeforeEach
    void prepare() throws IOException {
        into = Files.createDirectory(folder.resolve("into"));
        archive = folder.resolve("a.tar");
        Files.writeString(folder.resolve("disk.vmdk"), "x".repeat(1000));
        Files.writeString(folder.resolve("machine.ovf"), "<xml/>");
    }

    private void tar(String... arguments) throws IOException {
        var all = new java.util.ArrayList<>(List.of("tar", "-cf", archive.toString()));
        all.addAll(List.of(arguments));
        Processes.system().run(HostCommand.of(all).in(folder)).orThrow();
    }

    @Test
    void plainFilesComeOut() throws IOException {
        for (String format : List.of("--format=ustar", "--format=gnu", "--format=pax")) {
            tar(format, "./machine.ovf", "disk.vmdk");
            assertThat(TarArchive.is(archive)).isTrue();
            assertThat(TarArchive.unpack(archive, into, 1 << 20))
                    .containsExactly("machine.ovf", "disk.vmdk");
            assertThat(Files.size(into.resolve("disk.vmdk"))).isEqualTo(1000);
            Files.delete(into.resolve("disk.vmdk"));
            Files.delete(into.resolve("machine.ovf"));
        }
        assertThat(TarArchive.is(folder.resolve("disk.vmdk"))).isFalse();
    }

    @Test
    void nothingElseDoes() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));
        tar("link");
        assertRefused("else than plain files", 1 << 20);
        tar("--transform=s,disk,../disk,", "disk.vmdk");
        assertRefused("not allowed", 1 << 20);
        tar("-P", folder.resolve("disk.vmdk").toString());
        assertRefused("not allowed", 1 << 20);
        tar("disk.vmdk");
        assertRefused("too much", 999);
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(whole, 700));
        assertRefused("cut off", 1 << 20);
        Files.write(archive, "x".repeat(512).getBytes(UTF_8));
        assertRefused("", 1 << 20);
    }

    private void assertRefused(String reason, long maxBytes) {
        assertThatThrownBy(() -> TarArchive.unpack(archive, into, maxBytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }
}
