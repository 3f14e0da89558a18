package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.raft.RaftMember;
import io.brume.common.raft.RaftSettings;
import io.brume.common.raft.RaftTls;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.store.raft.ReplicatedStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members prove to one another who they are. */
class StoreTlsIT {
    @TempDir private Path directory;

    /** An authority and what it hands to members, for one run. */
    private static final class Authority {
        private final KeyPair keys = Authority.pair();
        private final X509Certificate certificate;

        Authority(String name) throws Exception {
            X500Name subject = new X500Name("CN=" + name);
            certificate =
                    sign(
                            builder(subject, subject, keys)
                                    .addExtension(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(true)));
        }

        private static KeyPair pair() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static X509v3CertificateBuilder builder(
                X500Name issuer, X500Name subject, KeyPair keys) {
            Instant now = Time.system().now();
            return new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minusSeconds(3600)),
                    Date.from(now.plusSeconds(3600)),
                    subject,
                    keys.getPublic());
        }

        private X509Certificate sign(X509v3CertificateBuilder builder) throws Exception {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        }

        RaftTls member() throws Exception {
            KeyPair own = pair();
            X509Certificate issued =
                    sign(
                            builder(
                                            new X500Name(
                                                    certificate
                                                            .getSubjectX500Principal()
                                                            .getName()),
                                            new X500Name("CN=member"),
                                            own)
                                    .addExtension(
                                            Extension.subjectAlternativeName,
                                            false,
                                            new GeneralNames(
                                                    new GeneralName(
                                                            GeneralName.iPAddress, "127.0.0.1"))));
            KeyStore identity = KeyStore.getInstance("PKCS12");
            identity.load(null, null);
            char[] password = "members".toCharArray();
            identity.setKeyEntry(
                    "member",
                    own.getPrivate(),
                    password,
                    new X509Certificate[] {issued, certificate});
            KeyManagerFactory keyManagers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(identity, password);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", certificate);
            TrustManagerFactory trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trusted);
            return new RaftTls(
                    keyManagers.getKeyManagers()[0], trustManagers.getTrustManagers()[0]);
        }
    }

    private ReplicatedStore open(RaftMember self, boolean founds, RaftTls tls) {
        Path home = directory.resolve(self.name());
        return TestStores.open(
                new RaftSettings(
                        TestStores.GROUP,
                        self,
                        self.host(),
                        founds ? List.of(self) : List.of(),
                        home.resolve("log"),
                        tls,
                        new RaftTuning(Duration.ofMillis(700), 1000, 64 * 1024)),
                home);
    }

    @Test
    void onlyAMemberWithACertificateOfTheAuthorityGetsIn() throws Exception {
        Authority ours = new Authority("ours");
        Authority foreign = new Authority("foreign");
        RaftMember one = TestStores.member("one");
        RaftMember two = TestStores.member("two");
        RaftMember stranger = TestStores.member("stranger");
        try (ReplicatedStore first = open(one, true, ours.member());
                ReplicatedStore second = open(two, false, ours.member());
                ReplicatedStore third = open(stranger, false, foreign.member())) {
            first.update(tx -> tx.put(Fruit.NAMES, "a", "b"));
            first.changeMembers(List.of(one, two), TestStores.PATIENCE);
            assertThat(second.<Long>view(tx -> tx.stream(Fruit.NAMES, KeyRange.all()).count()))
                    .isEqualTo(1);
            assertThatThrownBy(() ->
                            first.changeMembers(List.of(one, two, stranger), Duration.ofSeconds(8)))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(third.revision()).isZero();
            // Another change is refused until the group has given the stranger up.
            await().atMost(Duration.ofSeconds(40))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .untilAsserted(() -> first.changeMembers(List.of(one), TestStores.PATIENCE));
        }
    }
}
