package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.node.volume.MemoryBlockDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients from outside: over TCP, with TLS and a certificate. */
@Timeout(120)
class TlsBridgeIT {
    private static final Duration LIFE = Duration.ofHours(1);

    @TempDir private Path folder;
    private TestServer test;
    private TlsBridge bridge;
    private CertificateAuthority authority;

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.create("test-cloud", Time.system());
        test = TestServer.start(folder, new MemoryBlockDevice(64L << 20));
        Path inner = folder.resolve("bridge.sock");
        test.on(() -> {
            test.server.listenForBridge(inner);
            return true;
        });
        Identity identity = authority.issueServer(List.of("localhost"), LIFE);
        var limits = new NbdLimits(4, 64, 40L << 20, Duration.ofSeconds(1), LIFE);
        bridge =
                TlsBridge.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new IdentityKeyManager(() -> identity),
                        Trust.authority(authority.certificate()),
                        inner,
                        limits);
    }

    @AfterEach
    void close() throws IOException {
        bridge.close();
        test.close();
    }

    /** What libnbd and QEMU look for in a folder of certificates. */
    private Path certificates(String name, CertificateAuthority signer) throws Exception {
        Path certificates = Files.createDirectory(folder.resolve(name));
        Path request = folder.resolve(name + ".request");
        // GnuTLS reads no EC key that lacks its public half, as the JDK writes them.
        Tool.run(
                "openssl",
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                certificates.resolve("client-key.pem").toString(),
                "-outform",
                "DER",
                "-out",
                request.toString());
        var chain = signer.certifyClient(Files.readAllBytes(request), name, LIFE);
        pem(certificates.resolve("ca-cert.pem"), authority.certificate());
        pem(certificates.resolve("client-cert.pem"), chain.getFirst());
        return certificates;
    }

    private static void pem(Path file, X509Certificate certificate) throws IOException {
        String text =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(Certificates.encode(certificate));
        Files.writeString(
                file, "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    }

    private String uri(Path certificates) {
        return "nbds://localhost:%d/disk?tls-certificates=%s"
                .formatted(bridge.port(), certificates);
    }

    @Test
    void libnbdReadsAndWrites() throws Exception {
        String uri = uri(certificates("libnbd", authority));
        assertThat(Tool.run("nbdinfo", uri).output()).contains("with TLS").contains("64M");
        Path image = folder.resolve("image");
        byte[] bytes = new byte[20 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(image, bytes);
        Tool.run("nbdcopy", "--connections=2", image.toString(), uri);
        Path back = folder.resolve("back");
        Tool.run("nbdcopy", uri, back.toString());
        assertThat(Files.mismatch(image, back)).isEqualTo(20L << 20);
        Awaitility.await().until(() -> bridge.connections() == 0);
        test.awaitNothingKept();
    }

    @Test
    void qemuReadsAndWrites() throws Exception {
        Path certificates = certificates("qemu", authority);
        String image =
                "driver=nbd,host=localhost,port=%d,export=disk,tls-creds=tls0"
                        .formatted(bridge.port());
        String credentials =
                "tls-creds-x509,id=tls0,endpoint=client,dir=" + certificates + ",verify-peer=on";
        Tool.run(
                "qemu-io",
                "--object",
                credentials,
                "--image-opts",
                image,
                "-c",
                "write -P 5 1M 9M",
                "-c",
                "flush",
                "-c",
                "read -P 5 1M 9M");
        Awaitility.await().until(() -> bridge.connections() == 0);
        test.awaitNothingKept();
    }

    @Test
    void aStrangersCertificateIsOfNoUse() throws Exception {
        var stranger = CertificateAuthority.create("another-cloud", Time.system());
        var result = Tool.attempt("nbdinfo", uri(certificates("stranger", stranger)));
        assertThat(result.exitCode()).isNotZero();
        Awaitility.await().until(() -> bridge.connections() == 0);
    }

    @Test
    void withoutTlsNothingIsTold() throws Exception {
        var result = Tool.attempt("nbdinfo", "nbd://localhost:%d/disk".formatted(bridge.port()));
        assertThat(result.exitCode()).isNotZero();
        assertThat(Tool.attempt("nbdinfo", "--list", "nbd://localhost:" + bridge.port()).exitCode())
                .isNotZero();
    }

    @Test
    void silentAndSlowClientsAreClosed() throws Exception {
        try (var silent = new Socket(InetAddress.getLoopbackAddress(), bridge.port());
                var halfway = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
            ByteBuffer hello = ByteBuffer.allocate(20).putInt(3);
            hello.putLong(Nbd.OPTION_MAGIC).putInt(Nbd.OPT_STARTTLS).putInt(0);
            halfway.getOutputStream().write(hello.array());
            // The greeting, the answer, and then the end.
            assertThat(silent.getInputStream().readAllBytes()).hasSize(18);
            assertThat(halfway.getInputStream().readAllBytes()).hasSize(38);
        }
        Awaitility.await().until(() -> bridge.connections() == 0);
    }

    @Test
    void aGoodbyeInTheClearIsAnswered() throws Exception {
        try (var polite = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
            ByteBuffer hello = ByteBuffer.allocate(52).putInt(3);
            hello.putLong(Nbd.OPTION_MAGIC).putInt(Nbd.OPT_LIST).putInt(0);
            hello.putLong(Nbd.OPTION_MAGIC).putInt(Nbd.OPT_STARTTLS).putInt(0);
            hello.putLong(28, Nbd.OPTION_MAGIC).putInt(36, Nbd.OPT_ABORT).putInt(40, 0);
            polite.getOutputStream().write(hello.array(), 0, 4 + 16);
            polite.getOutputStream().write(hello.array(), 28, 16);
            ByteBuffer answers = ByteBuffer.wrap(polite.getInputStream().readAllBytes());
            assertThat(answers.getInt(18 + 12)).isEqualTo(Nbd.REP_ERR_TLS_REQD);
            assertThat(answers.getInt(answers.limit() - 20 + 12)).isEqualTo(Nbd.REP_ACK);
        }
    }
}
