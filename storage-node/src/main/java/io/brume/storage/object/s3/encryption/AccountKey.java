package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

/**
 * What an account's objects are encrypted with.
 *
 * @param bytes {@value ContentKey#BYTES}
 * @param kmsKeyArn the name of the KMS key for S3 that the account has without asking for it
 */
public record AccountKey(byte[] bytes, String kmsKeyArn) {
    public AccountKey {
        requireNonNull(bytes);
        requireNonNull(kmsKeyArn);
    }
}
