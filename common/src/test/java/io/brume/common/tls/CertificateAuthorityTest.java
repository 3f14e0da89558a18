package io.brume.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Duration MONTH = Duration.ofDays(30);
    private final CertificateAuthority authority =
            CertificateAuthority.create("test.brume", Time.system());
    @TempDir Path folder;

    @Test
    void certifiesAClientThatItsAuthorityBelieves() throws Exception {
        List<X509Certificate> chain =
                authority.certifyClient(Keys.request(Keys.generate(), "anything"), "node-1", MONTH);
        assertThat(Certificates.commonName(chain.getFirst())).isEqualTo("node-1");
        assertThat(chain.getFirst().getSubjectAlternativeNames().toString())
                .contains("brume://node-1");
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        Trust.authority(authority.certificate()).checkClientTrusted(shown, "EC");
        assertThatThrownBy(() ->
                        Trust.authority(authority.certificate())
                                .checkServerTrusted(shown, "UNKNOWN"))
                .as("a client's certificate must not do for a server")
                .isInstanceOf(CertificateException.class);
        var other = CertificateAuthority.create("other.brume", Time.system());
        assertThatThrownBy(
                        () -> Trust.authority(other.certificate()).checkClientTrusted(shown, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesAnExpiredCertificate() throws Exception {
        List<X509Certificate> chain =
                authority.certifyClient(
                        Keys.request(Keys.generate(), "x"), "node-1", Duration.ofMinutes(-5));
        assertThatThrownBy(() ->
                        Trust.authority(authority.certificate())
                                .checkClientTrusted(chain.toArray(X509Certificate[]::new), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesBadRequests() throws Exception {
        byte[] request = Keys.request(Keys.generate(), "x");
        request[request.length - 20] ^= 1;
        assertThatThrownBy(() -> authority.certifyClient(request, "node-1", MONTH))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> authority.certifyClient(new byte[3], "node-1", MONTH))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> authority.certifyClient(new byte[9000], "node-1", MONTH))
                .isInstanceOf(GeneralSecurityException.class);
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("EC");
        rsa.initialize(384);
        KeyPair large = rsa.generateKeyPair();
        assertThatThrownBy(() -> authority.certifyClient(Keys.request(large, "x"), "n", MONTH))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void aServerMayBeDialledByAddress() throws Exception {
        var server =
                authority.issueServer(
                        List.of("vol-1", "host-a"),
                        List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("::1")),
                        MONTH);
        assertThat(server.certificate().getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly("vol-1", "host-a", "192.0.2.1", "0:0:0:0:0:0:0:1");
        assertThat(server.name()).isEqualTo("vol-1");
    }

    @Test
    void oneClientIsBelievedAndNoOther() {
        var client = authority.issueClient("vol-1", MONTH);
        var other = authority.issueClient("vol-1", MONTH);
        var trust =
                Trust.client(
                        authority.certificate(), Certificates.fingerprint(client.certificate()));
        assertThatCode(() -> trust.checkClientTrusted(shown(client), "EC"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trust.checkClientTrusted(shown(other), "EC"))
                .isInstanceOf(CertificateException.class)
                .hasMessageNotContaining(Certificates.fingerprint(client.certificate()));
        assertThatThrownBy(() -> trust.checkServerTrusted(shown(client), "EC"))
                .isInstanceOf(CertificateException.class);
        var forger = CertificateAuthority.create("test.brume", Time.system());
        assertThatThrownBy(() ->
                        Trust.client(
                                        forger.certificate(),
                                        Certificates.fingerprint(client.certificate()))
                                .checkClientTrusted(shown(client), "EC"))
                .as("its fingerprint alone is not enough")
                .isInstanceOf(CertificateException.class);
        assertThat(trust.getAcceptedIssuers()).containsExactly(authority.certificate());
    }

    private static X509Certificate[] shown(Identity identity) {
        return identity.chain().toArray(X509Certificate[]::new);
    }

    @Test
    void aPrivateKeyIsWrittenWithItsPublicHalf() throws Exception {
        KeyPair keys = Keys.generate();
        String pem = Pem.privateKey(keys);
        assertThat(pem).startsWith("-----BEGIN PRIVATE KEY-----\n");
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        assertThat(((ECPrivateKey) Keys.parsePrivate(der)).getS())
                .isEqualTo(((ECPrivateKey) keys.getPrivate()).getS());
        byte[] open = keys.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(open, open.length - 65, open.length);
        assertThat(HexFormat.of().formatHex(der)).contains(HexFormat.of().formatHex(point));
    }

    @Test
    void refusesNamesThatWouldChangeTheSubject() {
        assertThatThrownBy(() -> authority.issueServer(List.of("a,CN=b"), MONTH))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isRestoredFromItsParts() throws Exception {
        var restored =
                CertificateAuthority.restore(
                        authority.privateKey(),
                        authority.certificate().getEncoded(),
                        Time.system());
        assertThat(restored.fingerprint()).isEqualTo(authority.fingerprint()).hasSize(43);
        var other = CertificateAuthority.create("other.brume", Time.system());
        assertThatThrownBy(() ->
                        CertificateAuthority.restore(
                                other.privateKey(),
                                authority.certificate().getEncoded(),
                                Time.system()))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void pinsTheAuthority() throws Exception {
        Identity server = authority.issueServer(List.of("control.brume.internal"), MONTH);
        X509Certificate[] shown = server.chain().toArray(X509Certificate[]::new);
        Trust.pinned(authority.fingerprint()).checkServerTrusted(shown, "UNKNOWN");
        var other = CertificateAuthority.create("test.brume", Time.system());
        assertThatThrownBy(() ->
                        Trust.pinned(other.fingerprint()).checkServerTrusted(shown, "UNKNOWN"))
                .hasMessageContaining("another cloud");
        X509Certificate[] forged = {
            other.issueServer(List.of("x"), MONTH).certificate(), authority.certificate()
        };
        assertThatThrownBy(() ->
                        Trust.pinned(authority.fingerprint()).checkServerTrusted(forged, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void keepsAnIdentityForItsOwnerAlone() throws Exception {
        var files = new IdentityFiles(folder.resolve("tls"));
        assertThat(files.load()).isEmpty();
        KeyPair keys = files.requestKeys();
        assertThat(files.requestKeys().getPublic())
                .as("asks for the same after a crash")
                .isEqualTo(keys.getPublic());
        var chain = authority.certifyClient(Keys.request(keys, "x"), "node-1", MONTH);
        files.save(new Identity(keys.getPrivate(), chain));
        Identity loaded = files.load().orElseThrow();
        assertThat(loaded.chain()).isEqualTo(chain);
        assertThat(loaded.key()).isEqualTo(keys.getPrivate());
        assertThat(loaded).hasToString("Identity[node-1]");
        Path file = folder.resolve("tls/identity.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("tls/request.pem")).doesNotExist();
        Files.writeString(file, "rubbish");
        assertThatThrownBy(files::load).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void isDueForRenewalAfterTwoThirds() {
        Identity server = authority.issueServer(List.of("x"), MONTH);
        assertThat(server.isDueForRenewal(at(Duration.ofDays(19)))).isFalse();
        assertThat(server.isDueForRenewal(at(Duration.ofDays(21)))).isTrue();
    }

    private static Time at(Duration later) {
        return new Time() {
            @Override
            public Instant now() {
                return Time.system().now().plus(later);
            }

            @Override
            public long nanos() {
                return 0;
            }
        };
    }
}
