package io.brume.storage.object.s3.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.model.AccountId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * S3's other name of an account: 64 hexadecimal digits, the same on every node and for ever, since it
 * is made of the account's number.
 */
public final class CanonicalUser {
    private CanonicalUser() {}

    /** The id of an account. */
    public static String id(AccountId account) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var text = "brume canonical user " + account.value();
            return HexFormat.of().formatHex(digest.digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
