package io.brume.storage.object.access;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.s3.S3Faults;
import io.brume.storage.object.s3.encryption.AccountKey;
import io.brume.storage.object.s3.encryption.AccountKeys;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts' keys, asked for once and remembered while this program runs: they never change. A node
 * that was started while the control plane is away reads no object that is encrypted. Thread-safe.
 */
public final class RemoteAccountKeys implements AccountKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteAccountKeys.class);

    private final KeyAuthority authority;
    private final Map<AccountId, AccountKey> known = new ConcurrentHashMap<>();

    public RemoteAccountKeys(KeyAuthority authority) {
        this.authority = requireNonNull(authority);
    }

    @Override
    public AccountKey key(AccountId account) {
        var here = known.get(account);
        if (here != null) {
            return here;
        }
        try {
            var key = authority.objectKey(account);
            known.put(account, key);
            return key;
        } catch (IOException e) {
            LOG.warn("An object cannot be encrypted or read: {}", e.getMessage());
            throw S3Faults.unavailable(
                    "The key that the object is encrypted with is not known now.");
        }
    }
}
