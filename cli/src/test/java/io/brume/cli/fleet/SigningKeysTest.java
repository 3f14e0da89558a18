package io.brume.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.HttpCall;
import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Dialect;
import io.brume.common.aws.sigv4.Realm;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigV4Verifier;
import io.brume.common.aws.sigv4.Signer;
import io.brume.common.time.Time;
import io.brume.common.tls.IdentityFiles;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import io.brume.proto.node.v1.Role;
import io.brume.session.ControlCalls;
import io.brume.session.Joining;
import io.brume.storage.object.access.ControlPlaneKeys;
import io.brume.storage.object.access.RemoteCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Storage nodes verify signatures by keys that the control plane gives them, and nobody else gets
 * any.
 */
@Timeout(60)
class SigningKeysTest {
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final Secret SECRET = Secret.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    @TempDir Path folder;
    private final TestFleet control = new TestFleet();

    @BeforeEach
    void begin() throws Exception {
        control.keys.add(
                new AccessKeyId(KEY), Principal.root(new AccountId("123456789012")), SECRET);
        control.start().open();
    }

    @AfterEach
    void end() {
        control.close();
    }

    private ControlCalls calls(Role role) throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, control.token());
        return new ControlCalls(
                new Joining(
                                control.address(),
                                new IdentityFiles(folder.resolve("identity")),
                                role,
                                "host",
                                "us-east-1a",
                                new Random(1))
                        .join(Optional.of(file)));
    }

    private static HttpCall signed() {
        var uri = URI.create("http://127.0.0.1:7000/bucket/key");
        var headers = new HashMap<String, List<String>>();
        new Signer(KEY, SECRET, Optional.empty(), "us-east-1", "s3")
                .sign("GET", uri, Map.of(), new byte[0], Time.system().now())
                .forEach((name, value) ->
                        headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        headers.put("host", List.of("127.0.0.1:7000"));
        return new HttpCall("GET", "/bucket/key", "", headers, new byte[0]);
    }

    @Test
    void aStorageNodeVerifiesASignatureWithoutTheSecret() throws Exception {
        try (var calls = calls(Role.ROLE_STORAGE_NODE)) {
            var keys = new ControlPlaneKeys(calls);
            var verifier =
                    new SigV4Verifier<>(
                            new RemoteCredentials(keys, "us-east-1", Time.system()), Time.system());
            var realm = new Realm(Dialect.S3, List.of("s3"), List.of("us-east-1"));
            assertThat(verifier.verify(signed(), realm).owner().account().value())
                    .isEqualTo("123456789012");
            // What is known is used while the control plane is away, and it is found again.
            control.stop();
            assertThat(verifier.verify(signed(), realm).accessKeyId()).isEqualTo(KEY);
            var today = CredentialScope.at(Time.system().now(), "us-east-1", "s3");
            assertThatThrownBy(() -> keys.derive(KEY, today)).isInstanceOf(IOException.class);
            control.start().open();
            // A channel rests for a moment after a connection that was refused.
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> keys.derive(KEY, today).isPresent());
        }
    }

    @Test
    void onlyForS3AndDaysNearToday() throws Exception {
        try (var calls = calls(Role.ROLE_STORAGE_NODE)) {
            var keys = new ControlPlaneKeys(calls);
            var now = Time.system().now();
            assertThat(keys.derive(KEY, CredentialScope.at(now, "us-east-1", "ec2"))).isEmpty();
            assertThat(
                            keys.derive(
                                    KEY,
                                    CredentialScope.at(
                                            now.plus(Duration.ofDays(3)), "us-east-1", "s3")))
                    .isEmpty();
            assertThat(
                            keys.derive(
                                    KEY,
                                    CredentialScope.at(
                                            now.minus(Duration.ofDays(7)), "us-east-1", "s3")))
                    .isPresent();
            assertThat(
                            keys.derive(
                                    "AKIAIOSFODNN7SOMEBDY",
                                    CredentialScope.at(now, "us-east-1", "s3")))
                    .isEmpty();
        }
    }

    @Test
    void nobodyElseGetsAny() throws Exception {
        try (var calls = calls(Role.ROLE_NODE_AGENT)) {
            var keys = new ControlPlaneKeys(calls);
            var today = CredentialScope.at(Time.system().now(), "us-east-1", "s3");
            assertThatThrownBy(() -> keys.derive(KEY, today))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("PERMISSION_DENIED");
        }
    }
}
