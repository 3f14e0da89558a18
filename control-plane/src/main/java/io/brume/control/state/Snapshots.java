package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Snapshots, as front doors look at them. */
public final class Snapshots {
    private Snapshots() {}

    /** Those of an account that are listed. */
    public static List<Snapshot> own(ReadTransaction tx, AccountId account) {
        return Rows.of(
                        tx,
                        SnapshotTables.SNAPSHOTS,
                        SnapshotTables.SNAPSHOT_KEYS.startingWith(account))
                .stream()
                .filter(Snapshot::isListed)
                .toList();
    }

    /** The account's own, those shared with it, and the public ones; by id. */
    public static List<Snapshot> visible(ReadTransaction tx, AccountId account) {
        Map<SnapshotId, Snapshot> snapshots = new TreeMap<>();
        List<Snapshot> all = new ArrayList<>(own(tx, account));
        for (String grantee : List.of(account.value(), SnapshotTables.EVERYONE)) {
            all.addAll(
                    Rows.of(
                            tx,
                            SnapshotTables.SNAPSHOTS,
                            SnapshotTables.SNAPSHOTS_BY_GRANTEE,
                            grantee));
        }
        all.stream()
                .filter(Snapshot::isListed)
                .forEach(snapshot -> snapshots.put(snapshot.id(), snapshot));
        return List.copyOf(snapshots.values());
    }

    /**
     * One that the account may make volumes from.
     *
     * @throws io.brume.common.aws.Fault {@code InvalidSnapshot.NotFound}
     */
    public static Snapshot require(ReadTransaction tx, AccountId account, SnapshotId id) {
        return find(tx, id)
                .filter(snapshot -> snapshot.isUsableBy(account))
                .orElseThrow(id::notFound);
    }

    /** One by its id alone. */
    public static Optional<Snapshot> find(ReadTransaction tx, SnapshotId id) {
        return tx.lookup(SnapshotTables.SNAPSHOTS, SnapshotTables.SNAPSHOTS_BY_ID, id, 1).stream()
                .map(entry -> entry.value())
                .findFirst();
    }

    /** Those that are of one moment with a snapshot, itself included, and not complete. */
    public static List<Snapshot> pendingWith(ReadTransaction tx, Snapshot snapshot) {
        return snapshot.group()
                .map(group ->
                        Rows.of(
                                tx,
                                SnapshotTables.SNAPSHOTS,
                                SnapshotTables.PENDING_BY_GROUP,
                                group))
                .orElse(List.of());
    }

    /** Nobody is to see it any more; what volumes read of it stays for them. */
    public static void delete(Transaction tx, Snapshot snapshot) {
        put(tx, snapshot.with(VolumePermissions.NONE).apply(SnapshotState.Event.DELETE_REQUESTED));
        Tags.clear(tx, snapshot.account(), snapshot.id());
    }

    /** Whether a volume or a copy that is being made still reads what it holds. */
    public static boolean isInUse(ReadTransaction tx, SnapshotId id) {
        return Rows.exist(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_SNAPSHOT, id)
                || Rows.exist(tx, SnapshotTables.SNAPSHOTS, SnapshotTables.SNAPSHOTS_BY_SOURCE, id);
    }

    public static void put(Transaction tx, Snapshot snapshot) {
        tx.put(SnapshotTables.SNAPSHOTS, snapshot.key(), snapshot);
    }
}
