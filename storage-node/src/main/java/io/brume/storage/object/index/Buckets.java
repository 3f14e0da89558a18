package io.brume.storage.object.index;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.IndexTables.DocumentPlace;
import io.brume.storage.object.index.codec.IndexTables.Owned;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Bytes;
import io.brume.store.Entry;
import io.brume.store.KeyCodec;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Table;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Buckets and how they are configured. */
final class Buckets {
    /** As many as AWS lets an account have. */
    static final long QUOTA = 10_000;

    private static final Pattern STATUS =
            Pattern.compile("<Status>\\s*(Enabled|Suspended)\\s*</Status>");
    private static final String ENABLED =
            "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                    + "<Status>Enabled</Status></VersioningConfiguration>";
    private static final String COUNTER = "bucket";

    /** The number of the change that made a bucket; those of later ones are random. */
    private static final long CREATED = 0;

    private final Store store;
    private final KnownBuckets known = new KnownBuckets();

    Buckets(Store store) {
        this.store = store;
    }

    Bucket create(
            BucketName name,
            AccountId owner,
            Instant now,
            String region,
            boolean objectLock,
            Map<BucketSetting, String> documents) {
        Map<BucketSetting, String> configured = new EnumMap<>(BucketSetting.class);
        configured.putAll(documents);
        if (objectLock) {
            configured.putIfAbsent(BucketSetting.VERSIONING, ENABLED);
        }
        return store.transact(tx -> {
            checkAbsent(tx, name, owner);
            Long had = tx.get(IndexTables.BUCKET_COUNTS, owner);
            long count = had == null ? 0 : had;
            if (count >= QUOTA) {
                throw new IndexFault(Reason.TOO_MANY_BUCKETS);
            }
            tx.put(IndexTables.BUCKET_COUNTS, owner, count + 1);
            Bucket bucket =
                    new Bucket(
                            name,
                            nextNumber(tx),
                            owner,
                            now,
                            region,
                            objectLock ? Versioning.ENABLED : Versioning.OFF,
                            objectLock,
                            Map.of());
            for (Map.Entry<BucketSetting, String> one : configured.entrySet()) {
                bucket = configured(bucket, one.getKey(), Optional.of(one.getValue()));
                tx.put(
                        IndexTables.DOCUMENTS,
                        new DocumentPlace(bucket.number(), one.getKey()),
                        one.getValue());
            }
            tx.put(IndexTables.BUCKETS, name, bucket);
            tx.put(IndexTables.BUCKET_CHANGES, bucket.number(), CREATED);
            return with(bucket, configured);
        });
    }

    private static void checkAbsent(ReadTransaction tx, BucketName name, AccountId owner) {
        Bucket there = tx.get(IndexTables.BUCKETS, name);
        if (there != null) {
            throw new IndexFault(
                    there.owner().equals(owner)
                            ? Reason.ALREADY_OWNED_BY_YOU
                            : Reason.ALREADY_EXISTS);
        }
    }

    private static long nextNumber(Transaction tx) {
        Long last = tx.get(IndexTables.COUNTERS, COUNTER);
        long next = last == null ? 1 : last + 1;
        tx.put(IndexTables.COUNTERS, COUNTER, next);
        return next;
    }

    Optional<Bucket> find(BucketName name) {
        return store.view(tx -> find(tx, name));
    }

    /** The bucket with its documents, which are read when they are not known. */
    Optional<Bucket> find(ReadTransaction tx, BucketName name) {
        return known.find(
                tx,
                name,
                () ->
                        Optional.ofNullable(tx.get(IndexTables.BUCKETS, name))
                                .map(bucket -> with(bucket, documents(tx, bucket))));
    }

    /** The bucket as every call needs it: without its documents. */
    static Bucket get(ReadTransaction tx, BucketName name) {
        Bucket bucket = tx.get(IndexTables.BUCKETS, name);
        if (bucket == null) {
            throw new IndexFault(Reason.NO_SUCH_BUCKET);
        }
        return bucket;
    }

    private static Map<BucketSetting, String> documents(ReadTransaction tx, Bucket bucket) {
        Map<BucketSetting, String> documents = new EnumMap<>(BucketSetting.class);
        for (Entry<DocumentPlace, String> row :
                tx.scan(
                        IndexTables.DOCUMENTS,
                        IndexTables.DOCUMENT_KEYS.startingWith(bucket.number()),
                        BucketSetting.values().length)) {
            documents.put(row.key().setting(), row.value());
        }
        return documents;
    }

    List<Bucket> list(AccountId owner, String prefix, String after, int limit) {
        if (limit < 1) {
            return List.of();
        }
        KeyRange<Owned> named =
                IndexTables.OWNED_KEYS.startingWith(
                        owner.value(), KeyCodec.stringsStartingWith(prefix));
        KeyRange<Owned> rest =
                after.isEmpty() ? named : after(named, new Owned(owner.value(), after));
        return store.view(tx ->
                tx.scan(IndexTables.BUCKETS, IndexTables.BUCKETS_BY_OWNER, rest, limit).stream()
                        .map(Entry::value)
                        .toList());
    }

    List<Bucket> all(String after, int limit) {
        KeyRange<BucketName> rest =
                after.isEmpty()
                        ? KeyRange.all()
                        : new KeyRange<>(KeyCodec.string().encode(after).successor(), null);
        return store.view(tx ->
                tx.scan(IndexTables.BUCKETS, rest, limit).stream()
                        .map(row -> with(row.value(), documents(tx, row.value())))
                        .toList());
    }

    /** Past all rows of an index key, which are followed by the row's own key. */
    private static KeyRange<Owned> after(KeyRange<Owned> range, Owned last) {
        Bytes end = IndexTables.OWNED_KEYS.encode(last).prefixEnd();
        return end == null || end.compareTo(range.from()) <= 0
                ? range
                : new KeyRange<>(end, range.to());
    }

    /**
     * @param change a number that was never given before
     */
    Bucket configure(
            BucketName name, BucketSetting setting, Optional<String> document, long change) {
        return store.transact(tx -> configure(tx, get(tx, name), setting, document, change));
    }

    Bucket reconfigure(
            BucketName name,
            BucketSetting setting,
            Optional<String> before,
            Optional<String> document,
            long change) {
        return store.transact(tx -> {
            Bucket bucket = get(tx, name);
            DocumentPlace place = new DocumentPlace(bucket.number(), setting);
            if (!Optional.ofNullable(tx.get(IndexTables.DOCUMENTS, place)).equals(before)) {
                throw new IndexFault(Reason.PRECONDITION_FAILED);
            }
            return configure(tx, bucket, setting, document, change);
        });
    }

    private static Bucket configure(
            Transaction tx,
            Bucket before,
            BucketSetting setting,
            Optional<String> document,
            long change) {
        tx.put(IndexTables.BUCKET_CHANGES, before.number(), change);
        Bucket after = configured(before, setting, document);
        if (!after.equals(before)) {
            tx.put(IndexTables.BUCKETS, before.name(), after);
        }
        DocumentPlace place = new DocumentPlace(before.number(), setting);
        if (document.isPresent()) {
            tx.put(IndexTables.DOCUMENTS, place, document.get());
        } else {
            tx.delete(IndexTables.DOCUMENTS, place);
        }
        return with(after, documents(tx, after));
    }

    private static Bucket configured(
            Bucket bucket, BucketSetting setting, Optional<String> document) {
        if (setting == BucketSetting.VERSIONING) {
            return with(bucket, versioning(bucket, document), bucket.objectLock(), Map.of());
        }
        if (setting == BucketSetting.OBJECT_LOCK && document.isPresent()) {
            if (bucket.versioning() != Versioning.ENABLED) {
                throw new IndexFault(Reason.INVALID_BUCKET_STATE);
            }
            return with(bucket, bucket.versioning(), true, Map.of());
        }
        return bucket;
    }

    private static Versioning versioning(Bucket bucket, Optional<String> document) {
        Versioning wanted = document.map(Buckets::status).orElse(Versioning.OFF);
        boolean impossible =
                switch (wanted) {
                    case OFF -> bucket.versioning() != Versioning.OFF;
                    case SUSPENDED -> bucket.objectLock();
                    case ENABLED -> false;
                };
        if (impossible) {
            throw new IndexFault(Reason.INVALID_BUCKET_STATE);
        }
        return wanted;
    }

    private static Versioning status(String document) {
        Matcher status = STATUS.matcher(document);
        if (!status.find()) {
            return Versioning.OFF;
        }
        return "Enabled".equals(status.group(1)) ? Versioning.ENABLED : Versioning.SUSPENDED;
    }

    private static Bucket with(
            Bucket bucket,
            Versioning versioning,
            boolean objectLock,
            Map<BucketSetting, String> documents) {
        return new Bucket(
                bucket.name(),
                bucket.number(),
                bucket.owner(),
                bucket.created(),
                bucket.region(),
                versioning,
                objectLock,
                documents);
    }

    private static Bucket with(Bucket bucket, Map<BucketSetting, String> documents) {
        return with(bucket, bucket.versioning(), bucket.objectLock(), documents);
    }

    void delete(BucketName name) {
        store.update(tx -> {
            Bucket bucket = get(tx, name);
            if (hasRows(tx, IndexTables.OBJECTS, bucket)
                    || hasRows(tx, IndexTables.VERSIONS, bucket)) {
                throw new IndexFault(Reason.NOT_EMPTY);
            }
            documents(tx, bucket)
                    .keySet()
                    .forEach(setting ->
                            tx.delete(
                                    IndexTables.DOCUMENTS,
                                    new DocumentPlace(bucket.number(), setting)));
            tx.delete(IndexTables.BUCKET_CHANGES, bucket.number());
            tx.delete(IndexTables.BUCKETS, name);
            tx.put(IndexTables.GARBAGE_BUCKETS, bucket.number(), true);
            Long count = tx.get(IndexTables.BUCKET_COUNTS, bucket.owner());
            if (count == null || count <= 1) {
                tx.delete(IndexTables.BUCKET_COUNTS, bucket.owner());
            } else {
                tx.put(IndexTables.BUCKET_COUNTS, bucket.owner(), count - 1);
            }
        });
    }

    private static <K, V> boolean hasRows(ReadTransaction tx, Table<K, V> table, Bucket bucket) {
        return !tx.scan(table, IndexTables.keysStartingWith(bucket.number(), ""), 1).isEmpty();
    }
}
