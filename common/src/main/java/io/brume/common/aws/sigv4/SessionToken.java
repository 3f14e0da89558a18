package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/**
 * What a temporary credential's session token is held against. Takes the same time whatever it is
 * given. Thread-safe.
 */
@FunctionalInterface
public interface SessionToken {
    boolean matches(String given);

    /** A token that this program may know. */
    static SessionToken of(Secret token) {
        return token::matches;
    }

    /** A token of which this program knows no more than its SHA-256. */
    static SessionToken ofSha256(byte[] digest) {
        var expected = digest.clone();
        return given ->
                MessageDigest.isEqual(expected, Digests.sha256().digest(given.getBytes(UTF_8)));
    }
}
