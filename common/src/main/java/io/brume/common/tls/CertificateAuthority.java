package io.brume.common.tls;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * Signs the certificates of one cloud, or of one purpose. A certificate is either for a server
 * (named by DNS names and addresses) or for a client (named by its common name and the URI {@code
 * brume://name}), never both, so that a client's certificate is of no use to pose as the server.
 * Thread-safe.
 *
 * <p>Source: RFC 5280.
 */
public final class CertificateAuthority {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

    /** How far apart the clocks of the cloud's hosts may be. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int MAX_REQUEST_BYTES = 8192;
    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,63}");

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Time time;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(PrivateKey key, X509Certificate certificate, Time time) {
        this.key = requireNonNull(key);
        this.certificate = requireNonNull(certificate);
        this.time = requireNonNull(time);
    }

    /**
     * A new authority with a key of its own.
     *
     * @param name for people who look at the certificate
     */
    public static CertificateAuthority create(String name, Time time) {
        KeyPair keys = Keys.generate();
        X500Principal subject = new X500Principal("CN=" + requireName(name));
        Instant now = time.now();
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            subject,
                            new BigInteger(127, new SecureRandom()),
                            Date.from(now.minus(CLOCK_SKEW)),
                            Date.from(now.plus(AUTHORITY_LIFE)),
                            subject,
                            keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return new CertificateAuthority(
                    keys.getPrivate(), sign(builder, keys.getPrivate()), time);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate authority", e);
        }
    }

    /**
     * The authority whose parts were stored.
     *
     * @param pkcs8 what {@link #privateKey()} gave
     * @param der what {@link #certificate()} encodes to
     * @throws GeneralSecurityException when they are damaged or do not belong together
     */
    public static CertificateAuthority restore(byte[] pkcs8, byte[] der, Time time)
            throws GeneralSecurityException {
        var restored =
                new CertificateAuthority(Keys.parsePrivate(pkcs8), Certificates.parse(der), time);
        X509Certificate probe =
                restored.issueServer(List.of("probe"), Duration.ofMinutes(1)).certificate();
        probe.verify(restored.certificate.getPublicKey());
        return restored;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** See {@link Certificates#fingerprint}. */
    public String fingerprint() {
        return Certificates.fingerprint(certificate);
    }

    /** The private key in PKCS#8 form: to be stored encrypted, never logged. */
    public byte[] privateKey() {
        return key.getEncoded();
    }

    /**
     * A server's new identity.
     *
     * @param names its DNS names; the first is its common name
     */
    public Identity issueServer(List<String> names, Duration life) {
        return issueServer(names, List.of(), life);
    }

    /**
     * The same for one that is also dialled by address.
     *
     * @param addresses its IP addresses
     */
    public Identity issueServer(List<String> names, List<InetAddress> addresses, Duration life) {
        KeyPair keys = Keys.generate();
        GeneralName[] alternatives =
                Stream.concat(
                                names.stream()
                                        .map(name ->
                                                new GeneralName(
                                                        GeneralName.dNSName, requireName(name))),
                                addresses.stream()
                                        .map(address ->
                                                new GeneralName(
                                                        GeneralName.iPAddress,
                                                        new DEROctetString(address.getAddress()))))
                        .toArray(GeneralName[]::new);
        X509Certificate issued =
                issue(
                        names.getFirst(),
                        new GeneralNames(alternatives),
                        KeyPurposeId.id_kp_serverAuth,
                        keys.getPublic(),
                        life);
        return new Identity(keys.getPrivate(), List.of(issued, certificate));
    }

    /**
     * A client's new identity, for a program that has the authority itself.
     *
     * @param name its common name: lower-case letters, digits, dots and hyphens
     */
    public Identity issueClient(String name, Duration life) {
        KeyPair keys = Keys.generate();
        X509Certificate issued =
                issue(
                        name,
                        new GeneralNames(
                                new GeneralName(
                                        GeneralName.uniformResourceIdentifier,
                                        "brume://" + requireName(name))),
                        KeyPurposeId.id_kp_clientAuth,
                        keys.getPublic(),
                        life);
        return new Identity(keys.getPrivate(), List.of(issued, certificate));
    }

    /**
     * Certifies a client. Of its request only the key counts: the name is the signer's choice.
     *
     * @param request PKCS#10, DER
     * @param name its common name: lower-case letters, digits, dots and hyphens
     * @return its certificate, then the authority's
     * @throws GeneralSecurityException when the request is malformed, its signature is wrong or its
     *     key is not on the curve P-256
     */
    public List<X509Certificate> certifyClient(byte[] request, String name, Duration life)
            throws GeneralSecurityException {
        return certifyClient(request, name, "", life);
    }

    /**
     * The same for one whose certificate says what it is, too.
     *
     * @param role see {@link Certificates#role}; empty = nothing is said
     */
    public List<X509Certificate> certifyClient(
            byte[] request, String name, String role, Duration life)
            throws GeneralSecurityException {
        var identifier =
                new GeneralName(
                        GeneralName.uniformResourceIdentifier, "brume://" + requireName(name));
        return List.of(
                issue(
                        name,
                        role.isEmpty()
                                ? new GeneralNames(identifier)
                                : new GeneralNames(
                                        new GeneralName[] {
                                            identifier,
                                            new GeneralName(
                                                    GeneralName.uniformResourceIdentifier,
                                                    Certificates.ROLE + requireName(role))
                                        }),
                        KeyPurposeId.id_kp_clientAuth,
                        requestedKey(request),
                        life),
                certificate);
    }

    /**
     * The public key that a request asks to certify, after its proof of possession was checked.
     *
     * @throws GeneralSecurityException as {@link #certifyClient}
     */
    public static PublicKey requestedKey(byte[] request) throws GeneralSecurityException {
        if (request.length > MAX_REQUEST_BYTES) {
            throw new InvalidKeyException("a certificate request of " + request.length + " bytes");
        }
        try {
            var parsed = new JcaPKCS10CertificationRequest(request);
            PublicKey asked = parsed.getPublicKey();
            if (!(asked instanceof ECPublicKey curve)
                    || curve.getParams().getOrder().bitLength() != 256) {
                throw new InvalidKeyException("only keys on the curve P-256 are certified");
            }
            if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asked))) {
                throw new InvalidKeyException("the request is not signed with its own key");
            }
            return asked;
        } catch (IOException
                | RuntimeException
                | OperatorCreationException
                | PKCSException malformed) {
            throw new InvalidKeyException("not a certificate request", malformed);
        }
    }

    private X509Certificate issue(
            String name,
            GeneralNames alternatives,
            KeyPurposeId purpose,
            PublicKey subjectKey,
            Duration life) {
        Instant now = time.now();
        try {
            var extensions = new JcaX509ExtensionUtils();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            certificate.getSubjectX500Principal(),
                            new BigInteger(127, random),
                            Date.from(now.minus(CLOCK_SKEW)),
                            Date.from(now.plus(life)),
                            new X500Principal("CN=" + requireName(name)),
                            subjectKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            return sign(builder, key);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(key)));
    }

    /** Whether a certificate can have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    private static String requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name for a certificate: " + name);
        }
        return name;
    }
}
