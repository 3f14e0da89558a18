package io.brume.control.store.codec;

import com.google.protobuf.ByteString;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Account;
import io.brume.control.domain.identity.SealedSecret;
import io.brume.proto.state.v1.AccessKeyRecord;
import io.brume.proto.state.v1.AccountRecord;
import io.brume.store.Codec;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.Table;
import java.util.Base64;
import java.util.List;

/** Accounts and credentials: what is stored of them. */
public final class IdentityTables {
    private static final Codec<Account> ACCOUNT =
            Messages.codec(
                    AccountRecord.parser(), IdentityTables::message, IdentityTables::account);
    private static final Codec<AccessKey> ACCESS_KEY =
            Messages.codec(
                    AccessKeyRecord.parser(), IdentityTables::message, IdentityTables::accessKey);

    public static final Table<AccountId, Account> ACCOUNTS =
            Table.of(10, "accounts", Keys.ACCOUNT, ACCOUNT);

    public static final Index<AccessKeyId, AccessKey, AccountId> ACCESS_KEYS_BY_ACCOUNT =
            new Index<>(1, "account", Keys.ACCOUNT, (id, key) -> List.of(key.account()));
    public static final Table<AccessKeyId, AccessKey> ACCESS_KEYS =
            Table.of(
                    11,
                    "access-keys",
                    KeyCodec.string().map(AccessKeyId::new, AccessKeyId::value),
                    ACCESS_KEY,
                    ACCESS_KEYS_BY_ACCOUNT);

    private IdentityTables() {}

    private static AccountRecord message(Account account) {
        return AccountRecord.newBuilder()
                .setAccountId(account.id().value())
                .setName(account.name())
                .setCreatedMillis(account.created().toEpochMilli())
                .build();
    }

    private static Account account(AccountRecord m) {
        return new Account(
                new AccountId(m.getAccountId()),
                m.getName(),
                Messages.instant(m.getCreatedMillis()));
    }

    private static AccessKeyRecord message(AccessKey key) {
        return AccessKeyRecord.newBuilder()
                .setAccessKeyId(key.id().value())
                .setAccountId(key.account().value())
                .setSealedSecret(
                        ByteString.copyFrom(Base64.getDecoder().decode(key.secret().base64())))
                .setInactive(!key.active())
                .setCreatedMillis(key.created().toEpochMilli())
                .build();
    }

    private static AccessKey accessKey(AccessKeyRecord m) {
        return new AccessKey(
                new AccessKeyId(m.getAccessKeyId()),
                new AccountId(m.getAccountId()),
                new SealedSecret(
                        Base64.getEncoder().encodeToString(m.getSealedSecret().toByteArray())),
                !m.getInactive(),
                Messages.instant(m.getCreatedMillis()));
    }
}
