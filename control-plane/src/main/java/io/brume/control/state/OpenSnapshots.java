package io.brume.control.state;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.snapshot.OpenSnapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.WrittenBlock;
import io.brume.control.store.codec.OpenSnapshotTables;
import io.brume.control.store.codec.OpenSnapshotTables.BlockKey;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * What is kept of snapshots that are written from outside (EBS direct API): which blocks have come,
 * and when the last one did. A block is noted before any node gets it and again when all have it,
 * so that a program that ends in between leaves a trace of what may differ between the nodes.
 */
public final class OpenSnapshots {
    /** How many rows one transaction forgets. */
    static final int PAGE = 500;

    private OpenSnapshots() {}

    /** Begins to keep track of a snapshot. */
    public static void start(Transaction tx, Owned<SnapshotId> key, OpenSnapshot open) {
        tx.put(OpenSnapshotTables.OPEN_SNAPSHOTS, key, open);
    }

    /** How many an account has. */
    public static int count(ReadTransaction tx, AccountId account) {
        return Rows.of(
                        tx,
                        OpenSnapshotTables.OPEN_SNAPSHOTS,
                        OpenSnapshotTables.KEYS.startingWith(account))
                .size();
    }

    /** A block is on its way to the nodes. */
    public static void begin(
            Transaction tx, Owned<SnapshotId> key, int index, String checksum, Instant now) {
        var open = tx.get(OpenSnapshotTables.OPEN_SNAPSHOTS, key);
        if (open != null && !open.touchedAt(now).equals(open)) {
            tx.put(OpenSnapshotTables.OPEN_SNAPSHOTS, key, open.touchedAt(now));
        }
        put(tx, key.id(), index, new WrittenBlock(checksum, false));
    }

    /** Every node has it. */
    public static void finish(Transaction tx, SnapshotId id, int index, String checksum) {
        put(tx, id, index, new WrittenBlock(checksum, true));
    }

    private static void put(Transaction tx, SnapshotId id, int index, WrittenBlock block) {
        tx.put(OpenSnapshotTables.WRITTEN_BLOCKS, new BlockKey(id, index), block);
    }

    /** Tells of all blocks that have come, in order, page by page; for when none comes any more. */
    public static void blocks(Store store, SnapshotId id, ObjIntConsumer<WrittenBlock> each) {
        var rest = OpenSnapshotTables.BLOCK_KEYS.startingWith(id);
        while (true) {
            var range = rest;
            var page =
                    store.view(tx -> tx.scan(OpenSnapshotTables.WRITTEN_BLOCKS, range, 10 * PAGE));
            page.forEach(row -> each.accept(row.value(), row.key().index()));
            if (page.size() < 10 * PAGE) {
                return;
            }
            rest = rest.after(OpenSnapshotTables.BLOCK_KEYS, page.getLast().key());
        }
    }

    /**
     * Gives up those that nobody writes any more, and forgets what was kept of those that are
     * complete, in error or gone.
     */
    public static void sweep(Store store, Instant now) {
        KeyRange<Owned<SnapshotId>> rest = KeyRange.all();
        while (true) {
            var range = rest;
            var page = store.view(tx -> tx.scan(OpenSnapshotTables.OPEN_SNAPSHOTS, range, PAGE));
            page.forEach(row -> settle(store, row.key(), now));
            if (page.size() < PAGE) {
                return;
            }
            rest = rest.after(OpenSnapshotTables.KEYS, page.getLast().key());
        }
    }

    private static void settle(Store store, Owned<SnapshotId> key, Instant now) {
        boolean open =
                store.transact(tx -> {
                    var snapshot = tx.get(SnapshotTables.SNAPSHOTS, key);
                    var known = tx.get(OpenSnapshotTables.OPEN_SNAPSHOTS, key);
                    if (snapshot == null || !snapshot.isWritable()) {
                        return false;
                    }
                    if (known != null && known.isAbandoned(now)) {
                        Snapshots.put(tx, snapshot.apply(SnapshotState.Event.LOST));
                        return false;
                    }
                    return true;
                });
        if (!open) {
            forget(store, key);
        }
    }

    private static void forget(Store store, Owned<SnapshotId> key) {
        var blocks = OpenSnapshotTables.BLOCK_KEYS.startingWith(key.id());
        boolean more = true;
        while (more) {
            more =
                    store.transact(tx -> {
                        List<BlockKey> page =
                                tx.scan(OpenSnapshotTables.WRITTEN_BLOCKS, blocks, PAGE).stream()
                                        .map(row -> row.key())
                                        .toList();
                        page.forEach(row -> tx.delete(OpenSnapshotTables.WRITTEN_BLOCKS, row));
                        if (page.size() < PAGE) {
                            tx.delete(OpenSnapshotTables.OPEN_SNAPSHOTS, key);
                        }
                        return page.size() == PAGE;
                    });
        }
    }
}
