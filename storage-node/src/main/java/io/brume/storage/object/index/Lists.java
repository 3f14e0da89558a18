package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.Begun;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.UploadPlace;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Upload;
import io.brume.store.Bytes;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;

/** Pages of what a bucket has, in the order of the keys. A page costs what it shows. */
final class Lists {
    private final Store store;

    Lists(Store store) {
        this.store = store;
    }

    ListPage<ObjectVersion> objects(BucketName bucket, ListRequest request) {
        return store.view(tx -> {
            Walk walk = new Walk(Buckets.get(tx, bucket).number(), request);
            return walk.page(
                    objects(tx, walk, walk.from()),
                    row -> row.key().key().value(),
                    row -> row.value().at(row.key().key()),
                    row -> "");
        });
    }

    /** The current objects from a bound on. */
    static Rows<Entry<ObjectPlace, StoredVersion>> objects(
            ReadTransaction tx, Walk walk, Bytes begin) {
        return walk.cursor(
                (from, limit) -> tx.scan(IndexTables.LISTED_OBJECTS, walk.rest(from), limit),
                begin,
                row -> row.key().key().value(),
                row -> IndexTables.OBJECT_KEYS.encode(row.key()).successor());
    }

    ListPage<ListedVersion> versions(BucketName bucket, ListRequest request) {
        return store.view(tx -> {
            Bucket in = Buckets.get(tx, bucket);
            Walk walk = new Walk(in.number(), request);
            return walk.page(
                    VersionRows.open(tx, in, walk),
                    row -> row.key().value(),
                    row -> new ListedVersion(row.version().at(row.key()), row.latest()),
                    VersionRows::id);
        });
    }

    ListPage<Upload> uploads(BucketName bucket, ListRequest request) {
        return store.view(tx -> {
            Walk walk = new Walk(Buckets.get(tx, bucket).number(), request);
            Cursor<Entry<UploadPlace, Upload>> rows =
                    walk.cursor(
                            (from, limit) ->
                                    tx.scan(
                                            IndexTables.UPLOADS,
                                            IndexTables.UPLOADS_BY_BEGIN,
                                            walk.rest(from),
                                            limit),
                            uploadsFrom(tx, walk),
                            row -> row.value().key().value(),
                            Lists::afterUpload);
            return walk.page(
                    rows, row -> row.value().key().value(), Entry::value, row -> row.value().id());
        });
    }

    private static Bytes afterUpload(Entry<UploadPlace, Upload> row) {
        return IndexTables.BEGUN_KEYS
                .encode(new Begun(row.key().object(), row.value().initiated().toEpochMilli()))
                .concat(IndexTables.UPLOAD_KEYS.encode(row.key()))
                .successor();
    }

    /** After the upload that is named; at its key's first one when that is no more. */
    private static Bytes uploadsFrom(ReadTransaction tx, Walk walk) {
        if (!walk.isWithinKey()) {
            return walk.from();
        }
        ObjectPlace place = walk.afterPlace();
        UploadPlace upload = new UploadPlace(place, walk.request().afterId());
        Upload found = tx.get(IndexTables.UPLOADS, upload);
        return found == null
                ? IndexTables.OBJECT_KEYS.encode(place)
                : afterUpload(new Entry<>(upload, found));
    }
}
