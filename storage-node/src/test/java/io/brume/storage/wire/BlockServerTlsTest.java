package io.brume.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Keys;
import io.brume.common.tls.Trust;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BlockServerTlsTest {
    @TempDir Path folder;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        server.replica("vol-1", 1, "i-agent");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private TestClient dial(Optional<Identity> identity, X509Certificate authority, String name)
            throws Exception {
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(
                identity.map(one -> new KeyManager[] {new IdentityKeyManager(() -> one)})
                        .orElse(new KeyManager[0]),
                new TrustManager[] {Trust.node(authority, name)},
                null);
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(), server.server.port());
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return TestClient.over(socket);
    }

    private TestClient dialAs(String name) throws Exception {
        return dial(Optional.of(server.node(name)), server.authority.certificate(), "i-storage");
    }

    @Test
    void servesTheWriter() throws Exception {
        byte[] data = new byte[Blocks.MOST_DATA];
        new Random(1).nextBytes(data);
        try (var client = dialAs("i-agent")) {
            assertThat(client.open("vol-1", 1)).isEqualTo(BlockStatus.OK);
            assertThat(client.write(1, 0, data)).isEqualTo(BlockStatus.OK);
            assertThat(client.read(0, data.length)).isEqualTo(data);
        }
        await().until(() -> server.server.connections() == 0);
    }

    @Test
    void refusesOtherNodes() throws Exception {
        try (var client = dialAs("i-other")) {
            assertThat(client.open("vol-1", 1)).isEqualTo(BlockStatus.STALE_EPOCH);
            server.replica("vol-1", 2, "i-other");
            assertThat(client.open("vol-1", 2)).isEqualTo(BlockStatus.OK);
        }
    }

    @Test
    void refusesWhoHasNoCertificateOfTheCloud() throws Exception {
        X509Certificate authority = server.authority.certificate();
        try (var client = dial(Optional.empty(), authority, "i-storage")) {
            assertThat(client.isClosedByServer()).isTrue();
        }
        var stranger = CertificateAuthority.create("other", Time.system());
        KeyPair keys = Keys.generate();
        var forged =
                new Identity(
                        keys.getPrivate(),
                        stranger.certifyClient(
                                Keys.request(keys, "node"), "i-agent", Duration.ofHours(1)));
        try (var client = dial(Optional.of(forged), authority, "i-storage")) {
            assertThat(client.isClosedByServer()).isTrue();
        }
        await().until(() -> server.server.connections() == 0);
    }

    @Test
    void endsWhoSpeaksNoTls() throws Exception {
        var random = new Random(3);
        for (int round = 0; round < 50; round++) {
            byte[] nonsense = new byte[random.nextInt(2000)];
            random.nextBytes(nonsense);
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
                socket.getOutputStream().write(nonsense);
            }
        }
        await().until(() -> server.server.connections() == 0);
        try (var client = dialAs("i-agent")) {
            assertThat(client.open("vol-1", 1)).isEqualTo(BlockStatus.OK);
        }
    }

    @Test
    void provesItselfToTheAgent() {
        assertThatThrownBy(() ->
                        dial(
                                Optional.of(server.node("i-agent")),
                                server.authority.certificate(),
                                "i-another-storage"))
                .hasMessageContaining("the other end is i-storage");
    }
}
