package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.store.codec.ClientTokenTables;
import io.brume.control.store.codec.EbsTables;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.KeyPairTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.TagTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.Table;
import io.brume.store.Transaction;
import io.brume.store.TransactionTooLargeException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that an account has. Removed in one transaction; an account too large for one loses
 * its tags, rules and tokens page by page before.
 */
final class AccountContents {
    private static final int PAGE = 1000;

    private final Store store;
    private final AccountResources others;

    AccountContents(Store store, AccountResources others) {
        this.store = requireNonNull(store);
        this.others = requireNonNull(others);
    }

    /**
     * @param then what the transaction that removes the last of it does besides
     */
    void clear(AccountId account, Consumer<Transaction> then) {
        try {
            clearAtOnce(account, then);
        } catch (TransactionTooLargeException e) {
            bulk(account).forEach(this::clearByPages);
            clearAtOnce(account, then);
        }
    }

    private void clearAtOnce(AccountId account, Consumer<Transaction> then) {
        store.transact(tx -> {
            others.clear(tx, account);
            clear(tx, account);
            then.accept(tx);
            return account;
        });
    }

    private static void clear(Transaction tx, AccountId account) {
        var interfaces = VpcTables.NETWORK_INTERFACE_KEYS.startingWith(account);
        for (NetworkInterface nic : Rows.of(tx, VpcTables.NETWORK_INTERFACES, interfaces)) {
            tx.delete(VpcTables.MAC_ADDRESSES, nic.mac());
            Ipv4Address publicIp = nic.publicIp();
            if (publicIp != null) {
                tx.delete(VpcTables.PUBLIC_ADDRESSES, publicIp);
            }
            tx.delete(VpcTables.NETWORK_INTERFACES, nic.key());
        }
        for (Vpc vpc : Rows.of(tx, VpcTables.VPCS, VpcTables.VPC_KEYS.startingWith(account))) {
            tx.delete(VpcTables.VPC_NUMBERS, vpc.number());
            tx.delete(VpcTables.VPCS, vpc.key());
        }
        Rows.clear(tx, VpcTables.SUBNETS, VpcTables.SUBNET_KEYS.startingWith(account));
        Rows.clear(
                tx, VpcTables.SECURITY_GROUPS, VpcTables.SECURITY_GROUP_KEYS.startingWith(account));
        Rows.clear(tx, ImageTables.IMAGES, ImageTables.IMAGE_KEYS.startingWith(account));
        Rows.clear(
                tx, ImageTables.IMPORT_TASKS, ImageTables.IMPORT_TASK_KEYS.startingWith(account));
        Rows.clear(tx, VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account));
        clearSnapshots(tx, account);
        tx.delete(EbsTables.EBS_SETTINGS, account);
        bulk(account).forEach(part -> part.clear(tx));
    }

    /** What other accounts' volumes began as stays until those are gone, and nobody sees it. */
    private static void clearSnapshots(Transaction tx, AccountId account) {
        var own = SnapshotTables.SNAPSHOT_KEYS.startingWith(account);
        for (Snapshot snapshot : Rows.of(tx, SnapshotTables.SNAPSHOTS, own)) {
            if (Snapshots.isInUse(tx, snapshot.id())) {
                Snapshots.put(
                        tx,
                        snapshot.with(VolumePermissions.NONE)
                                .apply(SnapshotState.Event.DELETE_REQUESTED));
            } else {
                tx.delete(SnapshotTables.SNAPSHOTS, snapshot.key());
            }
        }
    }

    private static List<Part<?, ?>> bulk(AccountId account) {
        return List.of(
                new Part<>(TagTables.TAGS, TagTables.of(account)),
                new Part<>(
                        ClientTokenTables.CLIENT_TOKENS,
                        ClientTokenTables.KEYS.startingWith(account)),
                new Part<>(
                        KeyPairTables.KEY_PAIRS, KeyPairTables.KEY_PAIR_KEYS.startingWith(account)),
                new Part<>(
                        VpcTables.SECURITY_GROUP_RULES,
                        VpcTables.SECURITY_GROUP_RULE_KEYS.startingWith(account)),
                new Part<>(VpcTables.SUBNET_ADDRESSES, VpcTables.subnetAddressesOf(account)));
    }

    private <K, V> void clearByPages(Part<K, V> part) {
        boolean more = true;
        while (more) {
            more = store.transact(tx -> part.clearPage(tx) == PAGE);
        }
    }

    /** Rows of one table that belong to an account. */
    private record Part<K, V>(Table<K, V> table, KeyRange<K> range) {
        void clear(Transaction tx) {
            Rows.clear(tx, table, range);
        }

        int clearPage(Transaction tx) {
            List<Entry<K, V>> page = tx.scan(table, range, PAGE);
            page.forEach(row -> tx.delete(table, row.key()));
            return page.size();
        }
    }
}
