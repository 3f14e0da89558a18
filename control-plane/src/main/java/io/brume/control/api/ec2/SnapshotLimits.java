package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;

/** How many snapshots there may be, by AWS's usual quotas. */
final class SnapshotLimits {
    /** Of one volume, not complete. */
    private static final int MOST_PENDING = 5;

    /** Of an account. */
    private static final int MOST_SNAPSHOTS = 100_000;

    /** Copies of an account that are being made. */
    private static final int MOST_COPIES = 20;

    private SnapshotLimits() {}

    /**
     * Whether an account may have one more of a volume.
     *
     * @throws Fault {@code ConcurrentSnapshotLimitExceeded}, {@code SnapshotLimitExceeded}
     */
    static void demandRoom(ReadTransaction tx, Volume volume) {
        int pending =
                Rows.of(
                                tx,
                                SnapshotTables.SNAPSHOTS,
                                SnapshotTables.PENDING_BY_VOLUME,
                                volume.key())
                        .size();
        if (pending >= MOST_PENDING) {
            throw Fault.quota(
                    "ConcurrentSnapshotLimitExceeded",
                    "Maximum allowed in-progress snapshots for a single volume exceeded.");
        }
        demandRoom(tx, volume.account());
    }

    /**
     * Whether an account may have one more copy.
     *
     * @throws Fault {@code ResourceLimitExceeded}, {@code SnapshotLimitExceeded}
     */
    static void demandRoomForCopy(ReadTransaction tx, AccountId account) {
        long copies =
                tx.stream(
                                SnapshotTables.SNAPSHOTS,
                                SnapshotTables.SNAPSHOT_KEYS.startingWith(account))
                        .filter(row -> row.value().state() == SnapshotState.PENDING)
                        .filter(row -> row.value().copyOf().isPresent())
                        .count();
        copies +=
                tx.stream(VolumeTables.VOLUMES, VolumeTables.VOLUME_KEYS.startingWith(account))
                        .filter(row -> row.value().hidden())
                        .filter(row -> row.value().filledFrom().isPresent())
                        .count();
        if (copies >= MOST_COPIES) {
            throw Fault.quota(
                    "ResourceLimitExceeded",
                    "Too many snapshot copies in progress. The limit is %d for this destination region."
                            .formatted(MOST_COPIES));
        }
        demandRoom(tx, account);
    }

    private static void demandRoom(ReadTransaction tx, AccountId account) {
        long have =
                tx.stream(
                                SnapshotTables.SNAPSHOTS,
                                SnapshotTables.SNAPSHOT_KEYS.startingWith(account))
                        .limit(MOST_SNAPSHOTS)
                        .count();
        if (have >= MOST_SNAPSHOTS) {
            throw Fault.quota(
                    "SnapshotLimitExceeded",
                    "Maximum number of snapshots exceeded: %d.".formatted(MOST_SNAPSHOTS));
        }
    }
}
