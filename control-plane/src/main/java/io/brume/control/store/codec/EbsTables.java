package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.volume.EbsSettings;
import io.brume.proto.state.v1.EbsSettingsRecord;
import io.brume.store.Table;

/** What accounts want of their volumes in general: what is stored of it. */
public final class EbsTables {
    /** An account that never said anything has none. */
    public static final Table<AccountId, EbsSettings> EBS_SETTINGS =
            Table.of(
                    73,
                    "ebs-settings",
                    Keys.ACCOUNT,
                    Messages.codec(
                            EbsSettingsRecord.parser(),
                            settings ->
                                    EbsSettingsRecord.newBuilder()
                                            .setEncryptByDefault(settings.encryptByDefault())
                                            .build(),
                            record -> new EbsSettings(record.getEncryptByDefault())));

    private EbsTables() {}
}
