package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that contents are encrypted with. No two contents, and no two parts of one, share a stream:
 * each begins with a nonce, and what encrypts it is derived from key and nonce. Immutable;
 * thread-safe, but for its source of randomness, if that is not.
 */
public final class ContentKey {
    /** How long keys are. */
    public static final int BYTES = 32;

    static final int NONCE_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final byte[] key;
    private final boolean hidesDigest;
    private final RandomGenerator random;

    /**
     * @param hidesDigest whether the ETag must not be the MD5 of the bytes, which would tell of
     *     them to who may not read them
     * @param random that nobody can guess
     */
    ContentKey(byte[] key, boolean hidesDigest, RandomGenerator random) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes");
        }
        this.key = key.clone();
        this.hidesDigest = hidesDigest;
        this.random = requireNonNull(random);
    }

    boolean hidesDigest() {
        return hidesDigest;
    }

    byte[] randomBytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The stream that the content of a nonce is encrypted with, from one of its bytes on. */
    ContentStream stream(byte[] nonce, long offset) {
        return new ContentStream(hmac(nonce), offset);
    }

    /** Tells whether a key is this one, and nothing else of it. */
    byte[] print(byte[] salt) {
        var salted = Arrays.copyOf(salt, salt.length + 1);
        return hmac(salted);
    }

    private byte[] hmac(byte[] text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
