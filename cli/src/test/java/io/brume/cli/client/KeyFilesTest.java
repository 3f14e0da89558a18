package io.brume.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    @TempDir private Path folder;

    @Test
    void keepsKeysForTheirOwnerAlone() throws IOException {
        var files = new KeyFiles(folder.resolve("keys"));
        Path file = files.save("mine", "pem", "secret");
        assertThat(Files.readString(file)).isEqualTo("secret\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(files.find("mine")).contains(file);
        assertThat(files.find("other")).isEmpty();
    }

    @Test
    void putsAnOlderKeyAside() throws IOException {
        var files = new KeyFiles(folder);
        files.save("mine", "pem", "old");
        files.save("mine", "pem", "new");
        assertThat(Files.readString(folder.resolve("mine.pem"))).isEqualTo("new\n");
        assertThat(Files.readString(folder.resolve("mine.pem.old"))).isEqualTo("old\n");
    }

    @Test
    void staysInItsFolderWhateverTheName() {
        var files = new KeyFiles(folder);
        assertThat(files.save("../../etc/passwd", "pem", "x").getParent()).isEqualTo(folder);
        assertThat(files.save("..", "pem", "x").getParent()).isEqualTo(folder);
        files.delete("..");
        assertThat(files.find("..")).isEmpty();
    }
}
