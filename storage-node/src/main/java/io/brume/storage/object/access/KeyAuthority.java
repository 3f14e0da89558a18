package io.brume.storage.object.access;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.SessionToken;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.Principal;
import io.brume.storage.object.s3.encryption.AccountKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Who knows the access keys. Thread-safe; blocks, for two seconds at most. */
public interface KeyAuthority {
    /** A key for one scope. */
    record Derived(
            Principal owner,
            SigningKey key,
            Optional<SessionToken> sessionToken,
            Optional<Instant> expiry) {}

    /** What a signature of version 2 is. */
    sealed interface V2 {
        record Valid(Principal owner) implements V2 {}

        record WrongSignature() implements V2 {}

        record UnknownKey() implements V2 {}
    }

    /**
     * The signing key of an access key for a scope; empty when there is no such access key, or no
     * key is given out for the scope.
     *
     * @throws IOException nobody answered
     */
    Optional<Derived> derive(String accessKeyId, CredentialScope scope) throws IOException;

    /**
     * Whether a signature of version 2 is the access key's.
     *
     * @throws IOException nobody answered
     */
    V2 verifyV2(String accessKeyId, String stringToSign, String signature) throws IOException;

    /**
     * What an account's objects are encrypted with.
     *
     * @throws IOException nobody answered
     */
    AccountKey objectKey(AccountId account) throws IOException;
}
