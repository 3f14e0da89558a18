package io.brume.control.fleet.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.CredentialScope;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.aws.sigv4.SigningKey;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Principal;
import io.brume.control.fleet.SigningKeySource;
import io.brume.control.state.ManagedKey;
import io.brume.control.state.MasterKey;
import io.brume.control.store.codec.IdentityTables;
import io.brume.store.Store;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signing keys of the access keys that are stored; read anew each time. Thread-safe. */
public final class StoredSigningKeys implements SigningKeySource {
    private static final String HMAC = "HmacSHA1";

    private final Store store;
    private final MasterKey masterKey;
    private final ManagedKey kmsKey;

    public StoredSigningKeys(Store store, MasterKey masterKey, String region) {
        this.store = requireNonNull(store);
        this.masterKey = requireNonNull(masterKey);
        this.kmsKey = new ManagedKey(masterKey, region, "s3");
    }

    @Override
    public Optional<Derived> derive(AccessKeyId id, CredentialScope scope) {
        return find(id).map(key -> new Derived(owner(key), SigningKey.derive(secret(key), scope)));
    }

    @Override
    public V2 verifyV2(AccessKeyId id, String stringToSign, String signature) {
        var key = find(id);
        if (key.isEmpty()) {
            return new V2.UnknownKey();
        }
        var expected = Base64.getEncoder().encode(hmac(secret(key.get()), stringToSign));
        return MessageDigest.isEqual(expected, signature.getBytes(UTF_8))
                ? new V2.Valid(owner(key.get()))
                : new V2.WrongSignature();
    }

    @Override
    public ObjectKey objectKey(AccountId account) {
        return new ObjectKey(
                masterKey.derive("key of the objects of %s".formatted(account).getBytes(UTF_8)),
                kmsKey.arn(account));
    }

    private Optional<AccessKey> find(AccessKeyId id) {
        return store.view(tx -> Optional.ofNullable(tx.get(IdentityTables.ACCESS_KEYS, id)))
                .filter(AccessKey::active);
    }

    private Secret secret(AccessKey key) {
        return masterKey.open(key.id(), key.secret());
    }

    private static Principal owner(AccessKey key) {
        return Principal.root(key.account());
    }

    private static byte[] hmac(Secret secret, String text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), HMAC));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
