package io.brume.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.Keys;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.InMemoryJoinTokenStore;
import io.brume.control.fleet.JoinTokens;
import io.brume.node.RunningAgent;
import io.brume.node.SimulatedAgents;
import io.brume.node.sim.SimulationOptions;
import io.brume.proto.node.v1.Role;
import io.brume.session.Joining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JoinTest {
    @TempDir Path folder;
    private final TestFleet control = new TestFleet();

    @BeforeEach
    void begin() throws Exception {
        control.start().open();
    }

    @AfterEach
    void end() {
        control.close();
    }

    private Identity join(String host, String token) throws Exception {
        Path file = folder.resolve(host + ".token");
        Files.writeString(file, token + "\n");
        return new Joining(
                        control.address(),
                        new IdentityFiles(folder.resolve(host)),
                        Role.ROLE_NODE_AGENT,
                        host,
                        "us-east-1a",
                        new Random(1))
                .join(Optional.of(file))
                .identity();
    }

    @Test
    void joinsOnceAndKeepsItsIdentity() throws Exception {
        Identity first = join("a", control.token());
        assertThat(folder.resolve("a.token")).doesNotExist();
        assertThat(join("a", "not needed any more").name()).isEqualTo(first.name());
        assertThat(control.directory.all()).hasSize(1);
    }

    @Test
    void refusesATokenThatWasUsedByAnother() throws Exception {
        String token = control.token();
        Identity unused = join("a", token);
        assertThat(unused.name()).startsWith("node-");
        assertThatThrownBy(() -> join("b", token))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unknown, expired or was used");
        assertThat(control.directory.all()).hasSize(1);
    }

    @Test
    void letsTheSameKeyFinishItsJoining() throws Exception {
        String token = control.token();
        Identity first = join("a", token);
        // As if the answer had never been heard: the same key asks again.
        Files.delete(folder.resolve("a/identity.pem"));
        var files = new IdentityFiles(folder.resolve("a"));
        KeyPair keys = files.requestKeys();
        assertThat(
                        control.tokens.redeem(
                                token, keys.getPublic(), new NodeId("node-00000000000000001")))
                .isEmpty();
        assertThat(
                        control.tokens.redeem(
                                token,
                                first.certificate().getPublicKey(),
                                new NodeId("node-00000000000000001")))
                .contains(new NodeId(first.name()));
    }

    @Test
    void refusesWrongExpiredAndDamagedTokens() throws Exception {
        String good = control.token();
        String wrong = good.substring(0, good.length() - 4) + "AAAA";
        assertThatThrownBy(() -> join("a", wrong)).hasMessageContaining("PERMISSION_DENIED");
        String expired = control.tokens.create(Duration.ofMillis(-1));
        assertThatThrownBy(() -> join("a", expired)).hasMessageContaining("PERMISSION_DENIED");
        assertThatThrownBy(() -> join("a", "rubbish")).hasMessageContaining("damaged");
        assertThat(folder.resolve("a.token")).as("a token that was not used is kept").exists();
        assertThat(control.directory.all()).isEmpty();
    }

    @Test
    void believesOnlyTheAuthorityThatItsTokenNames() {
        var other = CertificateAuthority.create("other.brume", Time.system());
        String foreign =
                new JoinTokens(new InMemoryJoinTokenStore(), other.fingerprint(), Time.system())
                        .create(Duration.ofMinutes(1));
        assertThatThrownBy(() -> join("a", foreign))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another cloud");
        assertThat(control.directory.all()).isEmpty();
    }

    @Test
    void refusesForeignCertificates() throws Exception {
        try (var agents = new SimulatedAgents(folder, control.address(), control::token)) {
            // A certificate for a node of this cloud, signed by another authority.
            Identity real = join("b", control.token());
            var other = CertificateAuthority.create("test.brume", Time.system());
            KeyPair keys = Keys.generate();
            var forged =
                    other.certifyClient(Keys.request(keys, "x"), real.name(), Duration.ofDays(1));
            new IdentityFiles(folder.resolve("c/identity"))
                    .save(
                            new Identity(
                                    keys.getPrivate(),
                                    List.of(forged.getFirst(), control.authority.certificate())));
            RunningAgent agent = agents.start("c", "us-east-1a", SimulationOptions.instant());
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !agent.isConnected());
            // A good certificate for a node that nobody knows.
            var unknown =
                    control.authority.certifyClient(
                            Keys.request(keys, "x"), "node-0123456789abcdef0", Duration.ofDays(1));
            new IdentityFiles(folder.resolve("d/identity"))
                    .save(new Identity(keys.getPrivate(), unknown));
            RunningAgent stranger = agents.start("d", "us-east-1a", SimulationOptions.instant());
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !stranger.isConnected());
            assertThat(control.events).noneMatch(FleetEvent.Connected.class::isInstance);
        }
    }
}
