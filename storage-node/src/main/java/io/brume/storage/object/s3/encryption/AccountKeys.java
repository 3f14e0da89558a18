package io.brume.storage.object.s3.encryption;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.S3Faults;

/**
 * Knows the keys that accounts' objects are encrypted with (SSE-S3, SSE-KMS). Thread-safe; may
 * block.
 */
@FunctionalInterface
public interface AccountKeys {
    /**
     * An account's key, the same one for ever.
     *
     * @throws io.brume.common.aws.Fault {@code ServiceUnavailable} while nobody answers who knows
     *     it
     */
    AccountKey key(AccountId account);

    /** Where there are none. */
    static AccountKeys none() {
        return account -> {
            throw S3Faults.notImplemented("Encryption by keys of the server");
        };
    }
}
