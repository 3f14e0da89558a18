package io.brume.control.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Forgets everything at the end of the process: for tests. Knows no signature of version 2. */
public final class InMemorySigningKeys implements SigningKeySource {
    private record Key(Principal owner, Secret secret) {}

    private final Map<AccessKeyId, Key> keys = new ConcurrentHashMap<>();

    public void add(AccessKeyId id, Principal owner, Secret secret) {
        keys.put(id, new Key(owner, secret));
    }

    public void remove(AccessKeyId id) {
        keys.remove(id);
    }

    @Override
    public Optional<Derived> derive(AccessKeyId id, CredentialScope scope) {
        return Optional.ofNullable(keys.get(id))
                .map(key -> new Derived(key.owner(), SigningKey.derive(key.secret(), scope)));
    }

    @Override
    public ObjectKey objectKey(AccountId account) {
        return new ObjectKey(
                Arrays.copyOf(account.value().getBytes(UTF_8), 32),
                "arn:aws:kms:lab-1:" + account + ":key/" + new UUID(0, 0));
    }

    @Override
    public V2 verifyV2(AccessKeyId id, String stringToSign, String signature) {
        return keys.containsKey(id) ? new V2.WrongSignature() : new V2.UnknownKey();
    }
}
