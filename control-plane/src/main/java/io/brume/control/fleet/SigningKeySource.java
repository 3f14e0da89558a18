package io.brume.control.fleet;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import java.util.Optional;

/**
 * What storage nodes may learn of keys. Of access keys: enough to verify signatures of a day, never
 * a secret. Thread-safe; may block for as long as the store needs.
 */
public interface SigningKeySource {
    /** A key of one scope, and whom it speaks for. */
    record Derived(Principal owner, SigningKey key) {}

    /** What a signature of version 2 turned out to be. */
    sealed interface V2 {
        record Valid(Principal owner) implements V2 {}

        record WrongSignature() implements V2 {}

        record UnknownKey() implements V2 {}
    }

    /** Empty for an access key that does not exist or is not active. */
    Optional<Derived> derive(AccessKeyId id, CredentialScope scope);

    /**
     * Whether a signature is Base64 of the HMAC-SHA1 of a text; as slow for a wrong one as for a
     * good one.
     */
    V2 verifyV2(AccessKeyId id, String stringToSign, String signature);

    /**
     * What an account's objects are encrypted with, the same for ever.
     *
     * @param bytes 32
     * @param kmsKeyArn of the KMS key for S3 that the account has without asking for it
     */
    record ObjectKey(byte[] bytes, String kmsKeyArn) {}

    ObjectKey objectKey(AccountId account);
}
