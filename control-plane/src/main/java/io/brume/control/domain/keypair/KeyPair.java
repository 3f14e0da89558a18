package io.brume.control.domain.keypair;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import java.time.Instant;

/**
 * A public key that instances are told; the private half is the user's alone.
 *
 * @param name unique in the account
 * @param fingerprint as AWS computes it for the way the key came to be
 * @param publicKey algorithm and base64 as in authorized_keys, without a comment
 */
public record KeyPair(
        AccountId account,
        KeyPairId id,
        String name,
        KeyType type,
        String fingerprint,
        String publicKey,
        Instant created) {
    public KeyPair {
        requireNonNull(account);
        requireNonNull(id);
        requireNonNull(name);
        requireNonNull(type);
        requireNonNull(fingerprint);
        requireNonNull(publicKey);
        requireNonNull(created);
    }

    public Owned<KeyPairId> key() {
        return new Owned<>(account, id);
    }
}
