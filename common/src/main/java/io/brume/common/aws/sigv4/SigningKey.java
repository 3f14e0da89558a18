package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The key of one credential for one {@link CredentialScope}: good for a day, useless elsewhere, and
 * it does not reveal the secret it was derived from. Never prints itself. Thread-safe: immutable.
 */
public final class SigningKey {
    private static final int BLOCK = 64;

    private final byte[] key;

    /** HMAC's two hashes with the key taken in: only copies of them go on. */
    private final MessageDigest inner;

    private final MessageDigest outer;

    private SigningKey(byte[] key) {
        this.key = key;
        this.inner = padded(key, 0x36);
        this.outer = padded(key, 0x5C);
    }

    private static MessageDigest padded(byte[] key, int pad) {
        var block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        var digest = Digests.sha256();
        digest.update(block);
        return digest;
    }

    /** Derives the key from a secret access key. */
    public static SigningKey derive(Secret secret, CredentialScope scope) {
        var date = Digests.hmac(("AWS4" + secret.reveal()).getBytes(UTF_8), scope.date());
        var region = Digests.hmac(date, scope.region());
        var service = Digests.hmac(region, scope.service());
        return new SigningKey(Digests.hmac(service, "aws4_request"));
    }

    /** A key that was derived elsewhere: the 32 bytes of {@link #export()}. */
    public static SigningKey ofDerived(byte[] key) {
        if (key.length != 32) {
            throw new IllegalArgumentException("a signing key has 32 bytes");
        }
        return new SigningKey(key.clone());
    }

    /** The key's 32 bytes, to give to a program that verifies for us. Never log them. */
    public byte[] export() {
        return key.clone();
    }

    /** The signature in lower-case hexadecimal, 64 digits. */
    String sign(String stringToSign) {
        var within = Digests.copy(inner).digest(stringToSign.getBytes(UTF_8));
        return Digests.hex(Digests.copy(outer).digest(within));
    }

    @Override
    public String toString() {
        return "[signing key]";
    }
}
