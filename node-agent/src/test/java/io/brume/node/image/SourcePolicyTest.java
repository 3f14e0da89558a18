package io.brume.node.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcePolicyTest {
    @TempDir private Path folder;

    @Test
    void filesComeOnlyFromAllowedFolders() throws IOException {
        Path allowed = Files.createDirectory(folder.resolve("allowed"));
        Path other = Files.createDirectory(folder.resolve("allowed-not"));
        Path good = Files.writeString(allowed.resolve("a b.raw"), "x");
        Path secret = Files.writeString(other.resolve("secret"), "x");
        Files.createSymbolicLink(allowed.resolve("link"), secret);
        Files.createSymbolicLink(allowed.resolve("inside"), good);
        var policy = new SourcePolicy(List.of(folder.resolve("absent"), allowed), false);
        assertThat(policy.file(good.toUri())).isEqualTo(good.toRealPath());
        assertThat(policy.file(allowed.resolve("inside").toUri())).isEqualTo(good.toRealPath());
        for (String source :
                List.of(
                        secret.toUri().toString(),
                        allowed.resolve("link").toUri().toString(),
                        "file://" + allowed + "/../allowed-not/secret",
                        "file://" + allowed + "/%2e%2e/allowed-not/secret",
                        "file://" + allowed + "/absent",
                        "file:relative",
                        "file://elsewhere" + good.toUri().getRawPath(),
                        good.toUri() + "?x")) {
            assertThatThrownBy(() -> policy.file(URI.create(source)))
                    .as(source)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void webAddressesOfThisHostAreRefused() throws IOException {
        var policy = new SourcePolicy(List.of(), false);
        for (String source :
                List.of(
                        "http://127.0.0.1/a",
                        "http://localhost:8080/a",
                        "http://[::1]/a",
                        "http://[::ffff:127.0.0.1]/a",
                        "http://169.254.169.254/latest/meta-data",
                        "http://0.0.0.0/a",
                        "http://user:secret@192.0.2.1/a",
                        "http:///a")) {
            assertThatThrownBy(() -> policy.web(URI.create(source)))
                    .as(source)
                    .isInstanceOf(IOException.class);
        }
        policy.web(URI.create("http://192.0.2.1/a"));
        new SourcePolicy(List.of(), true).web(URI.create("http://127.0.0.1/a"));
    }
}
