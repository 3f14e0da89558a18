package io.brume.control.domain.keypair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenSSH, OpenSSL and PuTTY read the keys that are made here, and see the same fingerprints. */
final class KeyFilesIT {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void opensshReadsThem(KeyType type) throws Exception {
        NewKey key = NewKey.generate(type, new SecureRandom());
        Path pem = secret("key.pem", key.pem());
        String publicLine = run("ssh-keygen", "-y", "-P", "", "-f", pem.toString()).strip();
        assertThat(publicLine).startsWith(key.publicKey());
        assertThat(PublicKeys.read(publicLine.getBytes(UTF_8)).openssh())
                .isEqualTo(key.publicKey());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void fingerprintsAreAwss(KeyType type) throws Exception {
        NewKey key = NewKey.generate(type, new SecureRandom());
        Path pem = secret("key.pem", key.pem());
        Path pub = secret("key.pub", key.publicKey() + "\n");
        switch (type) {
            case RSA -> {
                Path der = folder.resolve("key.der");
                run(
                        "openssl",
                        "pkcs8",
                        "-in",
                        pem.toString(),
                        "-inform",
                        "PEM",
                        "-outform",
                        "DER",
                        "-topk8",
                        "-nocrypt",
                        "-out",
                        der.toString());
                assertThat(run("openssl", "sha1", "-c", der.toString()))
                        .contains(key.fingerprint());
                Path publicDer = folder.resolve("public.der");
                run(
                        "openssl",
                        "rsa",
                        "-in",
                        pem.toString(),
                        "-pubout",
                        "-outform",
                        "DER",
                        "-out",
                        publicDer.toString());
                String imported = PublicKeys.read(key.publicKey().getBytes(UTF_8)).fingerprint();
                assertThat(run("openssl", "md5", "-c", publicDer.toString())).contains(imported);
            }
            case ED25519 -> {
                String shown = run("ssh-keygen", "-l", "-f", pub.toString());
                assertThat(shown).contains("SHA256:" + key.fingerprint().replace("=", ""));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void otherFormsOfPublicKeysAreRead(KeyType type) throws Exception {
        NewKey key = NewKey.generate(type, new SecureRandom());
        Path pub = secret("key.pub", key.publicKey() + " a comment\n");
        String rfc4716 = run("ssh-keygen", "-e", "-m", "RFC4716", "-f", pub.toString());
        assertThat(PublicKeys.read(rfc4716.getBytes(UTF_8)).openssh()).isEqualTo(key.publicKey());
        if (type == KeyType.RSA) {
            String pkcs8 = run("ssh-keygen", "-e", "-m", "PKCS8", "-f", pub.toString());
            assertThat(PublicKeys.read(pkcs8.getBytes(UTF_8)).openssh()).isEqualTo(key.publicKey());
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void puttyReadsThem(KeyType type) throws Exception {
        assumeTrue(installed("puttygen"), "puttygen is not installed");
        NewKey key = NewKey.generate(type, new SecureRandom());
        Path ppk = secret("key.ppk", key.ppk("my key"));
        assertThat(run("puttygen", ppk.toString(), "-L")).startsWith(key.publicKey());
    }

    private Path secret(String name, String text) throws IOException {
        Path file =
                Files.createFile(
                        folder.resolve(name),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static boolean installed(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
