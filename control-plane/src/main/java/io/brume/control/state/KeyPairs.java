package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.keypair.KeyPair;
import io.brume.control.store.codec.KeyPairTables;
import io.brume.control.store.codec.Keys;
import io.brume.store.ReadTransaction;
import java.util.Optional;

/** Key pairs as launches look at them. */
public final class KeyPairs {
    private KeyPairs() {}

    /** The account's key pair with a name. */
    public static Optional<KeyPair> named(ReadTransaction tx, AccountId account, String name) {
        return tx
                .lookup(
                        KeyPairTables.KEY_PAIRS,
                        KeyPairTables.KEY_PAIRS_BY_NAME,
                        new Keys.Named(account, name),
                        1)
                .stream()
                .map(row -> row.value())
                .findFirst();
    }

    /**
     * The account's key pair with a name, whose public key a launch copies.
     *
     * @throws Fault {@code InvalidKeyPair.NotFound}
     */
    public static KeyPair require(ReadTransaction tx, AccountId account, String name) {
        return named(tx, account, name).orElseThrow(() -> nameNotFound(name));
    }

    /** AWS's answer when there is no key pair with this name. */
    public static Fault nameNotFound(String name) {
        return Fault.absent(
                "InvalidKeyPair.NotFound", "The key pair '%s' does not exist".formatted(name));
    }
}
