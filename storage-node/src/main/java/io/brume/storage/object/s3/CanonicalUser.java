package io.brume.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.model.AccountId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * S3's own name for an account, in ACLs and lists: 64 hexadecimal digits. Made from the account's
 * number, so that every node names it so.
 */
public final class CanonicalUser {
    private CanonicalUser() {}

    /** The account's canonical id. */
    public static String id(AccountId account) {
        try {
            var text = "brume canonical user " + account.value();
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
