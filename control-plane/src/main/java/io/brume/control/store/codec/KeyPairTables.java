package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.keypair.KeyPair;
import io.brume.control.domain.keypair.KeyPairId;
import io.brume.control.domain.keypair.KeyType;
import io.brume.proto.state.v1.KeyPairRecord;
import io.brume.store.Index;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.util.List;

/** Key pairs: what is stored of them. */
public final class KeyPairTables {
    public static final PairKeyCodec<Owned<KeyPairId>, AccountId, KeyPairId> KEY_PAIR_KEYS =
            Keys.owned(KeyPairId::new);
    public static final Index<Owned<KeyPairId>, KeyPair, Keys.Named> KEY_PAIRS_BY_NAME =
            new Index<>(
                    1,
                    "name",
                    Keys.named(),
                    (key, pair) -> List.of(new Keys.Named(key.account(), pair.name())));
    public static final Table<Owned<KeyPairId>, KeyPair> KEY_PAIRS =
            Table.of(
                    55,
                    "key-pairs",
                    KEY_PAIR_KEYS,
                    Messages.codec(
                            KeyPairRecord.parser(), KeyPairTables::message, KeyPairTables::keyPair),
                    KEY_PAIRS_BY_NAME);

    private KeyPairTables() {}

    private static KeyPairRecord message(KeyPair pair) {
        return KeyPairRecord.newBuilder()
                .setAccountId(pair.account().value())
                .setKeyPairId(pair.id().value())
                .setName(pair.name())
                .setType(pair.type().toString())
                .setFingerprint(pair.fingerprint())
                .setPublicKey(pair.publicKey())
                .setCreatedMillis(pair.created().toEpochMilli())
                .build();
    }

    private static KeyPair keyPair(KeyPairRecord m) {
        return new KeyPair(
                new AccountId(m.getAccountId()),
                new KeyPairId(m.getKeyPairId()),
                m.getName(),
                KeyType.of(m.getType()).orElseThrow(),
                m.getFingerprint(),
                m.getPublicKey(),
                Messages.instant(m.getCreatedMillis()));
    }
}
