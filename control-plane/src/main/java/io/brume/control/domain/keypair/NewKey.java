package io.brume.control.domain.keypair;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;

/**
 * A key pair that was just made, with the texts of its private half. Never logged, never stored.
 *
 * <p>Sources: RFC 8017 appendix A.1.2 (RSA PRIVATE KEY), OpenSSH's PROTOCOL.key (OPENSSH PRIVATE
 * KEY).
 */
public final class NewKey {
    private static final int RSA_BITS = 2048;
    private static final int LINE = 64;
    private static final int OPENSSH_LINE = 70;
    private static final byte[] NEW_LINE = {'\n'};

    private final KeyType type;
    private final String publicKey;
    private final String fingerprint;
    private final byte[] publicBlob;
    private final byte[] puttyPrivateBlob;
    private final String pem;

    private NewKey(
            KeyType type,
            String publicKey,
            String fingerprint,
            byte[] publicBlob,
            byte[] puttyPrivateBlob,
            String pem) {
        this.type = requireNonNull(type);
        this.publicKey = requireNonNull(publicKey);
        this.fingerprint = requireNonNull(fingerprint);
        this.publicBlob = requireNonNull(publicBlob);
        this.puttyPrivateBlob = requireNonNull(puttyPrivateBlob);
        this.pem = requireNonNull(pem);
    }

    /** Makes one. RSA takes tens to hundreds of milliseconds. */
    public static NewKey generate(KeyType type, SecureRandom random) {
        try {
            return switch (type) {
                case RSA -> rsa(random);
                case ED25519 -> ed25519(random);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NewKey rsa(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(
                new RSAKeyGenParameterSpec(RSA_BITS, RSAKeyGenParameterSpec.F4), random);
        var pair = generator.generateKeyPair();
        RSAPrivateCrtKey secret = (RSAPrivateCrtKey) pair.getPrivate();
        byte[] blob = PublicKeys.blob((RSAPublicKey) pair.getPublic());
        byte[] pkcs1 =
                Der.sequence(
                        BigInteger.ZERO,
                        secret.getModulus(),
                        secret.getPublicExponent(),
                        secret.getPrivateExponent(),
                        secret.getPrimeP(),
                        secret.getPrimeQ(),
                        secret.getPrimeExponentP(),
                        secret.getPrimeExponentQ(),
                        secret.getCrtCoefficient());
        byte[] putty =
                new SshBlob()
                        .mpint(secret.getPrivateExponent())
                        .mpint(secret.getPrimeP())
                        .mpint(secret.getPrimeQ())
                        .mpint(secret.getCrtCoefficient())
                        .toBytes();
        return new NewKey(
                KeyType.RSA,
                PublicKeys.line("ssh-rsa", blob),
                PublicKeys.colons(PublicKeys.digest("SHA-1", secret.getEncoded())),
                blob,
                putty,
                armour("RSA PRIVATE KEY", pkcs1, LINE));
    }

    private static NewKey ed25519(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(255, random);
        var pair = generator.generateKeyPair();
        EdECPublicKey open = (EdECPublicKey) pair.getPublic();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        byte[] point = PublicKeys.point(open);
        byte[] blob = PublicKeys.blob(open);
        int check = random.nextInt();
        SshBlob secret =
                new SshBlob()
                        .uint32(check)
                        .uint32(check)
                        .string("ssh-ed25519")
                        .string(point)
                        .string(new SshBlob().raw(seed).raw(point).toBytes())
                        .string("");
        for (byte pad = 1; secret.toBytes().length % 8 != 0; pad++) {
            secret.raw(new byte[] {pad});
        }
        byte[] file =
                new SshBlob()
                        .raw("openssh-key-v1\0".getBytes(US_ASCII))
                        .string("none")
                        .string("none")
                        .string("")
                        .uint32(1)
                        .string(blob)
                        .string(secret.toBytes())
                        .toBytes();
        return new NewKey(
                KeyType.ED25519,
                PublicKeys.line("ssh-ed25519", blob),
                PublicKeys.sha256(blob),
                blob,
                new SshBlob().string(seed).toBytes(),
                armour("OPENSSH PRIVATE KEY", file, OPENSSH_LINE));
    }

    private static String armour(String label, byte[] content, int lineLength) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(lineLength / 4 * 4, NEW_LINE).encodeToString(content)
                + "\n-----END "
                + label
                + "-----\n";
    }

    public KeyType type() {
        return type;
    }

    /** Algorithm and base64, without a comment. */
    public String publicKey() {
        return publicKey;
    }

    /** As AWS computes it for keys that it made. */
    public String fingerprint() {
        return fingerprint;
    }

    /** What OpenSSH and most others read. */
    public String pem() {
        return pem;
    }

    /** What PuTTY reads. */
    public String ppk(String comment) {
        String algorithm =
                switch (type) {
                    case RSA -> "ssh-rsa";
                    case ED25519 -> "ssh-ed25519";
                };
        return PuttyFile.text(algorithm, comment, publicBlob, puttyPrivateBlob);
    }

    @Override
    public String toString() {
        return "a new " + type + " key";
    }
}
