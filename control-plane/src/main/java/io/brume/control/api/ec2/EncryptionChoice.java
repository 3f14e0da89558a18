package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.volume.EbsSettings;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.state.DataKeys;
import io.brume.control.store.codec.EbsTables;
import io.brume.store.ReadTransaction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is to be made is encrypted, and with which key: as the request says, as its source
 * is, and as the account wants it in general. What comes of something encrypted always is, with the
 * same data key; nothing is ever less encrypted than it was asked for.
 */
final class EncryptionChoice {
    private final DataKeys keys;

    EncryptionChoice(DataKeys keys) {
        this.keys = requireNonNull(keys);
    }

    static EbsSettings settings(ReadTransaction tx, AccountId account) {
        var settings = tx.get(EbsTables.EBS_SETTINGS, account);
        return settings == null ? EbsSettings.USUAL : settings;
    }

    /**
     * The choice for something that an account makes.
     *
     * @param encrypted what the request says; false is no more than silence, as it is with AWS
     * @param key the KMS key that the request names
     * @param source how what it is made of is encrypted
     * @throws Fault {@code InvalidParameterDependency}, {@code InvalidKmsKey.NotFound}
     */
    Optional<Encryption> choose(
            ReadTransaction tx,
            AccountId account,
            @Nullable Boolean encrypted,
            @Nullable String key,
            Optional<Encryption> source) {
        boolean wanted =
                source.isPresent()
                        || Boolean.TRUE.equals(encrypted)
                        || settings(tx, account).encryptByDefault();
        // Terraform and old clients send an empty one when they mean none.
        if (key != null && !key.isEmpty()) {
            if (!wanted) {
                throw Fault.invalid(
                        "InvalidParameterDependency",
                        "The parameter KmsKeyId requires the parameter Encrypted to be set.");
            }
            demand(account, key);
        }
        if (!wanted) {
            return Optional.empty();
        }
        return source.isPresent() ? source : Optional.of(keys.create(account));
    }

    /**
     * A key that an account can use. AWS takes any name and lets the volume vanish later; to be
     * told at once is what its users ask for.
     */
    void demand(AccountId account, String key) {
        if (!keys.isDefaultKey(account, key)) {
            throw Fault.absent(
                    "InvalidKmsKey.NotFound",
                    "The KMS key '%s' does not exist. This cloud has no keys but %s."
                            .formatted(key, DataKeys.DEFAULT_ALIAS));
        }
    }
}
