package io.brume.storage.object.index;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.codec.GarbagePlace;
import io.brume.storage.object.index.codec.GarbagePlace.Age;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ListPlace;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.PartNumbers;
import io.brume.storage.object.index.codec.PartPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.UploadPlace;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.Entry;
import io.brume.store.KeyCodec;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be freed. A commit that gives up a whole list, or a bucket, only says so; here its
 * rows are turned into garbage, some at a time, so that no commit is large.
 */
final class StoredGarbage implements Garbage {
    /** Rows in one commit, and blobs but for the last row's. */
    private static final int ROWS = 256;

    private static final int BLOBS = 4096;
    private static final int FORGOTTEN_AT_ONCE = 4096;

    /** What a sweep says when there is nothing to be swept. */
    private static final int NOTHING = -1;

    private final Store store;
    private final Stamps stamps;

    StoredGarbage(Store store, Stamps stamps) {
        this.store = store;
        this.stamps = stamps;
    }

    @Override
    public List<Item> garbage(Kind kind, Instant before, int limit) {
        List<Item> found = spread(kind, before, limit);
        int swept = 0;
        while (kind == Kind.LASTING && found.size() < limit && swept < limit) {
            Instant now = stamps.now();
            int more = store.<Integer>transact(tx -> sweep(tx, now));
            if (more == NOTHING) {
                break;
            }
            swept += more;
            found = spread(kind, before, limit);
        }
        return found;
    }

    private List<Item> spread(Kind kind, Instant before, int limit) {
        return store.view(tx ->
                tx
                        .scan(
                                IndexTables.GARBAGE,
                                IndexTables.garbageBefore(kind, before.toEpochMilli()),
                                limit)
                        .stream()
                        .map(row -> item(row.key(), row.value()))
                        .toList());
    }

    private static Item item(GarbagePlace place, long length) {
        return new Item(
                place.age().kind(),
                Instant.ofEpochMilli(place.age().sinceMillis()),
                new Blob(place.blob(), length));
    }

    /** Turns some rows into garbage, and says how many blobs. */
    private static int sweep(Transaction tx, Instant now) {
        List<Entry<ListPlace, PartNumbers>> lists =
                tx.scan(IndexTables.GARBAGE_LISTS, KeyRange.all(), 1);
        if (!lists.isEmpty()) {
            return sweepList(tx, lists.getFirst().key(), lists.getFirst().value(), now);
        }
        List<Entry<Long, Boolean>> buckets =
                tx.scan(IndexTables.GARBAGE_BUCKETS, KeyRange.all(), 1);
        if (!buckets.isEmpty()) {
            return sweepBucket(tx, buckets.getFirst().key(), now);
        }
        return NOTHING;
    }

    private static int sweepList(Transaction tx, ListPlace list, PartNumbers but, Instant now) {
        KeyRange<PartPlace> left = IndexTables.PART_KEYS.startingWith(list);
        boolean ended = false;
        Budget budget = new Budget(now);
        while (!ended && budget.isLeft()) {
            List<Entry<PartPlace, UploadPart>> rows = tx.scan(IndexTables.PARTS, left, ROWS);
            ended = rows.size() < ROWS;
            for (Entry<PartPlace, UploadPart> row : rows) {
                if (!budget.isLeft()) {
                    return budget.spent();
                }
                if (!but.contains(row.key().number())) {
                    drop(tx, row, budget);
                }
                left = left.after(IndexTables.PART_KEYS, row.key());
            }
        }
        if (ended) {
            tx.delete(IndexTables.GARBAGE_LISTS, list);
        }
        return budget.spent();
    }

    private static void drop(Transaction tx, Entry<PartPlace, UploadPart> row, Budget budget) {
        Contents.free(tx, row.value().blobs(), Kind.LASTING, budget.now);
        tx.delete(IndexTables.PARTS, row.key());
        budget.spend(row.value().blobs().size());
    }

    /** What one commit may still do. */
    private static final class Budget {
        private final Instant now;
        private int rows = ROWS;
        private int blobs = BLOBS;

        Budget(Instant now) {
            this.now = now;
        }

        int spent() {
            return BLOBS - blobs;
        }

        boolean isLeft() {
            return rows > 0 && blobs > 0;
        }

        void spend(int more) {
            rows--;
            blobs -= more;
        }
    }

    /** Nothing but uploads is left in a bucket that was deleted. */
    private static int sweepBucket(Transaction tx, long bucket, Instant now) {
        List<Entry<PartPlace, UploadPart>> parts =
                tx.scan(IndexTables.PARTS, KeyRange.prefix(KeyCodec.int64().encode(bucket)), ROWS);
        Budget budget = new Budget(now);
        for (Entry<PartPlace, UploadPart> row : parts) {
            if (!budget.isLeft()) {
                return budget.spent();
            }
            drop(tx, row, budget);
        }
        List<Entry<UploadPlace, Upload>> uploads =
                tx.scan(IndexTables.UPLOADS, IndexTables.keysStartingWith(bucket, ""), ROWS);
        uploads.forEach(row -> tx.delete(IndexTables.UPLOADS, row.key()));
        if (parts.isEmpty() && uploads.isEmpty()) {
            tx.delete(IndexTables.GARBAGE_BUCKETS, bucket);
        }
        return budget.spent();
    }

    @Override
    public void forget(Collection<Item> freed) {
        List<Item> all = new ArrayList<>(freed);
        for (int from = 0; from < all.size(); from += FORGOTTEN_AT_ONCE) {
            List<Item> some = all.subList(from, Math.min(all.size(), from + FORGOTTEN_AT_ONCE));
            store.update(tx -> some.forEach(item -> tx.delete(IndexTables.GARBAGE, place(item))));
        }
    }

    private static GarbagePlace place(Item item) {
        return new GarbagePlace(
                new Age(item.kind(), item.since().toEpochMilli()), item.blob().id());
    }

    @Override
    public boolean isNamed(Blob blob, BlobClaim claim) {
        return store.view(tx -> {
            if (claim.uploadId().isPresent()) {
                return Contents.names(
                        tx, new ListPlace(claim.bucket(), claim.uploadId().get()), blob);
            }
            ObjectPlace place = new ObjectPlace(claim.bucket(), claim.key());
            @Nullable StoredVersion current = tx.get(IndexTables.OBJECTS, place);
            if (current != null && Contents.names(tx, place.bucket(), current, blob)) {
                return true;
            }
            return tx.stream(IndexTables.VERSIONS, IndexTables.VERSION_KEYS.startingWith(place))
                    .anyMatch(row -> Contents.names(tx, place.bucket(), row.value(), blob));
        });
    }
}
