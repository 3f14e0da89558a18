package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.sigv4.Secret;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.identity.AccessKey;
import io.brume.control.domain.identity.AccessKeyId;
import io.brume.control.domain.identity.Account;
import io.brume.control.store.codec.IdentityTables;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The accounts of the region, for operators: made with a credential and a default network, emptied,
 * deleted. Thread-safe.
 */
public final class AccountDirectory {
    /** How many credentials an account's root user may have. Source: IAM's quotas. */
    private static final int MAX_KEYS = 2;

    /** 40 characters of base64, as AWS's secrets are. */
    private static final int SECRET_BYTES = 30;

    private final Store store;
    private final Region region;
    private final MasterKey masterKey;
    private final AccountResources others;
    private final Ids ids;
    private final RandomGenerator random;
    private final Time time;

    /**
     * @param random nobody may be able to guess what it gives: secrets are made of it
     */
    public AccountDirectory(
            Store store,
            Region region,
            MasterKey masterKey,
            AccountResources others,
            RandomGenerator random,
            Time time) {
        this.store = requireNonNull(store);
        this.region = requireNonNull(region);
        this.masterKey = requireNonNull(masterKey);
        this.others = requireNonNull(others);
        this.random = requireNonNull(random);
        this.ids = new Ids(random);
        this.time = requireNonNull(time);
    }

    /** Makes an account with a number that nobody has, a credential and a default network. */
    public Account create(String name) {
        while (true) {
            long number = random.nextLong(100_000_000_000L, 1_000_000_000_000L);
            AccountId id = new AccountId(Long.toString(number));
            if (find(id).isEmpty()) {
                return create(id, name);
            }
        }
    }

    /**
     * Makes an account with this number.
     *
     * @throws Fault {@code EntityAlreadyExists}
     */
    public Account create(AccountId id, String name) {
        Account account = new Account(id, name, now());
        IssuedKey key = newKey();
        DefaultNetwork network = new DefaultNetwork(region, ids, random, now());
        return store.transact(tx -> {
            if (tx.get(IdentityTables.ACCOUNTS, id) != null) {
                throw Fault.conflict(
                        "EntityAlreadyExists", "The account " + id + " already exists.");
            }
            tx.put(IdentityTables.ACCOUNTS, id, account);
            put(tx, id, key);
            network.create(tx, id);
            return account;
        });
    }

    /** The account with this number, made if it does not exist: the first one, by configuration. */
    public Account ensure(AccountId id, String name) {
        return find(id).orElseGet(() -> create(id, name));
    }

    public Optional<Account> find(AccountId id) {
        return store.view(tx -> Optional.ofNullable(tx.get(IdentityTables.ACCOUNTS, id)));
    }

    /** All accounts in the order of their numbers. */
    public List<Account> list() {
        return store.view(tx -> Rows.of(tx, IdentityTables.ACCOUNTS, KeyRange.all()));
    }

    /**
     * The credentials of an account in the clear, for the operator who hands them to their owner.
     *
     * @throws Fault {@code NoSuchEntity}
     */
    public List<IssuedKey> credentials(AccountId id) {
        return store.view(tx -> {
            require(tx, id);
            return keys(tx, id).stream()
                    .filter(AccessKey::active)
                    .map(k -> new IssuedKey(k.id(), masterKey.open(k.id(), k.secret())))
                    .toList();
        });
    }

    /**
     * Makes another credential.
     *
     * @throws Fault {@code NoSuchEntity}, {@code LimitExceeded}
     */
    public IssuedKey issue(AccountId id) {
        IssuedKey key = newKey();
        return store.transact(tx -> {
            require(tx, id);
            if (keys(tx, id).size() >= MAX_KEYS) {
                throw Fault.quota(
                        "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: " + MAX_KEYS);
            }
            put(tx, id, key);
            return key;
        });
    }

    /**
     * Ends a credential.
     *
     * @throws Fault {@code NoSuchEntity}
     */
    public void revoke(AccountId id, AccessKeyId keyId) {
        store.transact(tx -> {
            AccessKey key = tx.get(IdentityTables.ACCESS_KEYS, keyId);
            if (key == null || !key.account().equals(id)) {
                throw Fault.absent(
                        "NoSuchEntity", "The Access Key with id " + keyId + " cannot be found.");
            }
            tx.delete(IdentityTables.ACCESS_KEYS, keyId);
            return keyId;
        });
    }

    /**
     * Empties an account of every resource; its credentials stay, its default network is new.
     *
     * @throws Fault {@code NoSuchEntity}
     */
    public void reset(AccountId id) {
        DefaultNetwork network = new DefaultNetwork(region, ids, random, now());
        AccountContents contents = new AccountContents(store, others);
        contents.clear(
                id,
                tx -> {
                    require(tx, id);
                    network.create(tx, id);
                });
    }

    /**
     * Deletes an account with everything it has.
     *
     * @throws Fault {@code NoSuchEntity}
     */
    public void delete(AccountId id) {
        AccountContents contents = new AccountContents(store, others);
        contents.clear(
                id,
                tx -> {
                    require(tx, id);
                    keys(tx, id).forEach(k -> tx.delete(IdentityTables.ACCESS_KEYS, k.id()));
                    tx.delete(IdentityTables.ACCOUNTS, id);
                });
    }

    private static List<AccessKey> keys(ReadTransaction tx, AccountId id) {
        return Rows.of(tx, IdentityTables.ACCESS_KEYS, IdentityTables.ACCESS_KEYS_BY_ACCOUNT, id);
    }

    private static void require(ReadTransaction tx, AccountId id) {
        if (tx.get(IdentityTables.ACCOUNTS, id) == null) {
            throw Fault.absent("NoSuchEntity", "The account " + id + " does not exist.");
        }
    }

    private IssuedKey newKey() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new IssuedKey(
                AccessKeyId.create(random), Secret.of(Base64.getEncoder().encodeToString(secret)));
    }

    private void put(Transaction tx, AccountId id, IssuedKey key) {
        tx.put(
                IdentityTables.ACCESS_KEYS,
                key.id(),
                new AccessKey(key.id(), id, masterKey.seal(key.id(), key.secret()), true, now()));
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
