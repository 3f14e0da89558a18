package io.brume.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.sigv4.Secret;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.SealedSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterKeyTest {
    private static final AccessKeyId ID = new AccessKeyId("AKIAIOSFODNN7EXAMPLE");
    private static final Secret SECRET = Secret.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    @TempDir Path folder;

    @Test
    void theFileIsMadeOnceForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("master.key");
        SealedSecret sealed = MasterKey.loadOrCreate(file).seal(ID, SECRET);
        assertThat(MasterKey.loadOrCreate(file).open(ID, sealed)).isEqualTo(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder.toFile().list()).containsExactly("master.key");
    }

    @Test
    void aFileThatIsNoKeyIsRefused() throws IOException {
        Path file = folder.resolve("master.key");
        Files.writeString(file, "short");
        assertThatThrownBy(() -> MasterKey.loadOrCreate(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("5 bytes");
    }

    @Test
    void whatWasTamperedWithOrMovedDoesNotOpen() {
        MasterKey key = MasterKey.random();
        SealedSecret sealed = key.seal(ID, SECRET);
        assertThat(key.seal(ID, SECRET)).isNotEqualTo(sealed);
        assertThatThrownBy(() -> key.open(new AccessKeyId("AKIAIOSFODNN7ANOTHER"), sealed))
                .isInstanceOf(IllegalStateException.class);
        byte[] bytes = Base64.getDecoder().decode(sealed.base64());
        bytes[bytes.length - 1] ^= 1;
        SealedSecret changed = new SealedSecret(Base64.getEncoder().encodeToString(bytes));
        assertThatThrownBy(() -> key.open(ID, changed)).isInstanceOf(IllegalStateException.class);
        assertThat(sealed.toString()).isEqualTo("sealed");
    }
}
