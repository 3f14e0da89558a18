package io.brume.common.aws.sigv4;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The signing keys of one credential. Programs that may know the secret use {@link #of}; storage
 * nodes get day-scoped keys and never a secret. Thread-safe.
 */
@FunctionalInterface
public interface SigningKeys {
    /** The key for a scope; empty when this program was not given one for it. */
    Optional<SigningKey> keyFor(CredentialScope scope);

    /**
     * Keys derived from a secret and kept: a derivation costs four HMACs, so whoever keeps the
     * credential also keeps the keys. Holds at most eight scopes.
     */
    static SigningKeys of(Secret secret) {
        var cache = new ConcurrentHashMap<CredentialScope, SigningKey>();
        return scope -> {
            var known = cache.get(scope);
            if (known != null) {
                return Optional.of(known);
            }
            if (cache.size() >= 8) {
                cache.clear();
            }
            var key = SigningKey.derive(secret, scope);
            cache.put(scope, key);
            return Optional.of(key);
        };
    }
}
