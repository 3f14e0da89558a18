package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The key of one credential for one {@link CredentialScope}: good for a day, useless elsewhere, and
 * it does not reveal the secret it was derived from. Never prints itself. Thread-safe: immutable.
 */
public final class SigningKey {
    private final byte[] key;

    private SigningKey(byte[] key) {
        this.key = key;
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
        return Digests.hex(Digests.hmac(key, stringToSign));
    }

    @Override
    public String toString() {
        return "[signing key]";
    }
}
