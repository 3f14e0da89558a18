package io.brume.control.store.codec;

import com.google.protobuf.ByteString;
import io.brume.control.domain.AccountId;
import io.brume.proto.state.v1.ClientTokenRecord;
import io.brume.store.KeyCodec;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.time.Instant;

/** Requests that may be repeated: what their client tokens stand for. */
public final class ClientTokenTables {
    /** By (account, operation and token). */
    public static final PairKeyCodec<TokenKey, AccountId, String> KEYS =
            KeyCodec.pair(
                    Keys.ACCOUNT,
                    KeyCodec.string(),
                    (account, rest) -> {
                        int slash = rest.indexOf('/');
                        return new TokenKey(
                                account, rest.substring(0, slash), rest.substring(slash + 1));
                    },
                    TokenKey::account,
                    key -> key.operation() + "/" + key.token());

    public static final Table<TokenKey, TokenUse> CLIENT_TOKENS =
            Table.of(
                    21,
                    "client-tokens",
                    KEYS,
                    Messages.codec(
                            ClientTokenRecord.parser(),
                            ClientTokenTables::message,
                            ClientTokenTables::use));

    private ClientTokenTables() {}

    /** A token as one account uses it with one operation, whose name has no slash. */
    public record TokenKey(AccountId account, String operation, String token) {}

    /**
     * What a token was used for.
     *
     * @param fingerprint of the request's parameters, in any encoding that can be compared
     * @param resourceId what the first request made
     */
    public record TokenUse(String fingerprint, String resourceId, Instant created) {}

    private static ClientTokenRecord message(TokenUse use) {
        return ClientTokenRecord.newBuilder()
                .setFingerprint(ByteString.copyFromUtf8(use.fingerprint()))
                .setResourceId(use.resourceId())
                .setCreatedMillis(use.created().toEpochMilli())
                .build();
    }

    private static TokenUse use(ClientTokenRecord m) {
        return new TokenUse(
                m.getFingerprint().toStringUtf8(),
                m.getResourceId(),
                Messages.instant(m.getCreatedMillis()));
    }
}
