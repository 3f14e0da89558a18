package io.brume.control.domain.keypair;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.brume.common.aws.Fault;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * Public keys in the forms that users bring them, and AWS's fingerprints. Sources: RFC 4253 section
 * 6.6, RFC 8709, RFC 4716; <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html">Verify the
 * fingerprint</a>.
 */
public final class PublicKeys {
    /** Longer text is no key of any allowed size. */
    private static final int MAX_TEXT = 16 * 1024;

    private static final Set<Integer> RSA_BITS = Set.of(1024, 2048, 4096);
    private static final int ED25519_BYTES = 32;
    private static final byte[] ED25519_SPKI = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final String RFC4716_BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----";
    private static final String RFC4716_END = "---- END SSH2 PUBLIC KEY ----";

    private PublicKeys() {}

    /**
     * A key that a user brought.
     *
     * @param openssh algorithm and base64, without a comment
     * @param fingerprint as AWS computes it for imported keys
     */
    public record Imported(KeyType type, String openssh, String fingerprint) {}

    /**
     * Reads OpenSSH's one-line form, RFC 4716's, or base64 of a DER public key.
     *
     * @throws Fault {@code InvalidKey.Format}
     */
    public static Imported read(byte[] material) {
        if (material.length > MAX_TEXT) {
            throw malformed();
        }
        String text = new String(material, StandardCharsets.UTF_8).strip();
        try {
            PublicKey key = parse(text);
            return switch (key) {
                case RSAPublicKey rsa -> rsa(rsa);
                case EdECPublicKey ed -> ed25519(ed);
                default -> throw malformed();
            };
        } catch (GeneralSecurityException | IllegalArgumentException | BufferUnderflowException e) {
            throw malformed();
        }
    }

    private static Imported rsa(RSAPublicKey key) {
        if (!RSA_BITS.contains(key.getModulus().bitLength())) {
            throw Fault.invalid(
                    "InvalidKey.Format",
                    "Key length is not supported: RSA keys have 1024, 2048 or 4096 bits");
        }
        return new Imported(
                KeyType.RSA, line("ssh-rsa", blob(key)), colons(digest("MD5", key.getEncoded())));
    }

    private static Imported ed25519(EdECPublicKey key) {
        byte[] blob = blob(key);
        return new Imported(KeyType.ED25519, line("ssh-ed25519", blob), sha256(blob));
    }

    private static PublicKey parse(String text) throws GeneralSecurityException {
        if (text.startsWith("ssh-rsa ") || text.startsWith("ssh-ed25519 ")) {
            String[] words = text.split("[ \t]+", 3);
            if (text.indexOf('\n') >= 0) {
                throw malformed();
            }
            return wire(words[0], Base64.getDecoder().decode(words[1]));
        }
        if (text.startsWith(RFC4716_BEGIN)) {
            byte[] blob = rfc4716(text);
            return wire(new String(field(ByteBuffer.wrap(blob)), US_ASCII), blob);
        }
        byte[] der = Base64.getMimeDecoder().decode(withoutPemLines(text));
        if (der.length == 0) {
            throw malformed();
        }
        String algorithm = isEd25519(der) ? "Ed25519" : "RSA";
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    }

    private static boolean isEd25519(byte[] der) {
        return der.length == ED25519_SPKI.length + ED25519_BYTES
                && Arrays.equals(ED25519_SPKI, Arrays.copyOf(der, ED25519_SPKI.length));
    }

    private static String withoutPemLines(String text) {
        return text.replace("-----BEGIN PUBLIC KEY-----", "")
                .replace("-----END PUBLIC KEY-----", "");
    }

    /** Headers may go on over lines that end in a backslash; then comes base64. */
    private static byte[] rfc4716(String text) {
        StringBuilder base64 = new StringBuilder();
        boolean continued = false;
        for (String line : text.lines().skip(1).toList()) {
            if (line.equals(RFC4716_END)) {
                return Base64.getDecoder().decode(base64.toString());
            }
            if (continued || line.contains(":")) {
                continued = line.endsWith("\\");
            } else {
                base64.append(line.strip());
            }
        }
        throw malformed();
    }

    private static PublicKey wire(String algorithm, byte[] blob) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(blob);
        if (!new String(field(in), US_ASCII).equals(algorithm)) {
            throw malformed();
        }
        PublicKey key =
                switch (algorithm) {
                    case "ssh-rsa" -> {
                        BigInteger exponent = new BigInteger(field(in));
                        BigInteger modulus = new BigInteger(field(in));
                        yield KeyFactory.getInstance("RSA")
                                .generatePublic(new RSAPublicKeySpec(modulus, exponent));
                    }
                    case "ssh-ed25519" -> ed25519(field(in));
                    default -> throw malformed();
                };
        if (in.hasRemaining()) {
            throw malformed();
        }
        return key;
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
        if (point.length != ED25519_BYTES) {
            throw malformed();
        }
        byte[] der =
                ByteBuffer.allocate(ED25519_SPKI.length + ED25519_BYTES)
                        .put(ED25519_SPKI)
                        .put(point)
                        .array();
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
    }

    private static byte[] field(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw malformed();
        }
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }

    private static Fault malformed() {
        return Fault.invalid("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    }

    static byte[] blob(RSAPublicKey key) {
        return new SshBlob()
                .string("ssh-rsa")
                .mpint(key.getPublicExponent())
                .mpint(key.getModulus())
                .toBytes();
    }

    static byte[] blob(EdECPublicKey key) {
        return new SshBlob().string("ssh-ed25519").string(point(key)).toBytes();
    }

    /** The 32 bytes at the end of the key's DER. */
    static byte[] point(EdECPublicKey key) {
        byte[] der = key.getEncoded();
        return Arrays.copyOfRange(der, der.length - ED25519_BYTES, der.length);
    }

    static String line(String algorithm, byte[] blob) {
        return algorithm + " " + Base64.getEncoder().encodeToString(blob);
    }

    /** What OpenSSH shows, with its padding. */
    static String sha256(byte[] blob) {
        return Base64.getEncoder().encodeToString(digest("SHA-256", blob));
    }

    static String colons(byte[] digest) {
        return HexFormat.ofDelimiter(":").formatHex(digest);
    }

    static byte[] digest(String algorithm, byte[] input) {
        try {
            return MessageDigest.getInstance(algorithm).digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
