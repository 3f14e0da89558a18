package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.volume.EbsSettings;
import io.brume.control.state.DataKeys;
import io.brume.control.store.codec.EbsTables;
import software.amazon.awssdk.services.ec2.model.DisableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.EnableEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsDefaultKmsKeyIdResponse;
import software.amazon.awssdk.services.ec2.model.GetEbsEncryptionByDefaultResponse;
import software.amazon.awssdk.services.ec2.model.ModifyEbsDefaultKmsKeyIdRequest;
import software.amazon.awssdk.services.ec2.model.ModifyEbsDefaultKmsKeyIdResponse;
import software.amazon.awssdk.services.ec2.model.ResetEbsDefaultKmsKeyIdResponse;

/** Encryption by default, and the key that is used when a request names none. */
final class EbsEncryption {
    private final Calls calls;
    private final DataKeys keys;
    private final EncryptionChoice choice;

    EbsEncryption(Calls calls, DataKeys keys) {
        this.calls = requireNonNull(calls);
        this.keys = requireNonNull(keys);
        this.choice = new EncryptionChoice(keys);
    }

    GetEbsEncryptionByDefaultResponse get() {
        return calls.view((tx, account) ->
                GetEbsEncryptionByDefaultResponse.builder()
                        .ebsEncryptionByDefault(
                                EncryptionChoice.settings(tx, account).encryptByDefault())
                        .build());
    }

    EnableEbsEncryptionByDefaultResponse enable() {
        set(true);
        return EnableEbsEncryptionByDefaultResponse.builder().ebsEncryptionByDefault(true).build();
    }

    DisableEbsEncryptionByDefaultResponse disable() {
        set(false);
        return DisableEbsEncryptionByDefaultResponse.builder()
                .ebsEncryptionByDefault(false)
                .build();
    }

    private void set(boolean encryptByDefault) {
        calls.change((tx, account) -> {
            tx.put(EbsTables.EBS_SETTINGS, account, new EbsSettings(encryptByDefault));
            return account;
        });
    }

    GetEbsDefaultKmsKeyIdResponse key() {
        return calls.view((_, _) ->
                GetEbsDefaultKmsKeyIdResponse.builder().kmsKeyId(DataKeys.DEFAULT_ALIAS).build());
    }

    /** To the only key that there is. */
    ModifyEbsDefaultKmsKeyIdResponse modifyKey(ModifyEbsDefaultKmsKeyIdRequest request) {
        return calls.view((_, account) -> {
            choice.demand(account, request.kmsKeyId());
            return ModifyEbsDefaultKmsKeyIdResponse.builder()
                    .kmsKeyId(keys.defaultKey(account))
                    .build();
        });
    }

    ResetEbsDefaultKmsKeyIdResponse resetKey() {
        return calls.view((_, account) ->
                ResetEbsDefaultKmsKeyIdResponse.builder()
                        .kmsKeyId(keys.defaultKey(account))
                        .build());
    }
}
