package io.brume.storage.object.index;

import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.codec.Completion;
import io.brume.storage.object.index.codec.ContentRows;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ListPlace;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.PartNumbers;
import io.brume.storage.object.index.codec.PartPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.UploadPlace;
import io.brume.storage.object.index.codec.VersionPlace;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in parts. The rows of the parts stay what they are when an upload becomes an object: so a
 * completion writes a few rows, however many parts there are.
 */
final class Uploads {
    private final Store store;

    Uploads(Store store) {
        this.store = store;
    }

    void begin(BucketName bucket, Upload upload) {
        store.update(tx -> {
            long number = Buckets.get(tx, bucket).number();
            tx.put(
                    IndexTables.UPLOADS,
                    new UploadPlace(new ObjectPlace(number, upload.key()), upload.id()),
                    upload);
        });
    }

    Upload find(BucketName bucket, ObjectKey key, String id) {
        return store.view(tx -> get(tx, place(tx, bucket, key, id)));
    }

    private static UploadPlace place(
            ReadTransaction tx, BucketName bucket, ObjectKey key, String id) {
        return new UploadPlace(new ObjectPlace(Buckets.get(tx, bucket).number(), key), id);
    }

    private static Upload get(ReadTransaction tx, UploadPlace place) {
        Upload upload = tx.get(IndexTables.UPLOADS, place);
        if (upload == null) {
            throw new IndexFault(Reason.NO_SUCH_UPLOAD);
        }
        return upload;
    }

    private static ListPlace list(UploadPlace place) {
        return new ListPlace(place.object().bucket(), place.id());
    }

    void putPart(BucketName bucket, ObjectKey key, String id, UploadPart part, Instant now) {
        store.update(tx -> {
            UploadPlace place = place(tx, bucket, key, id);
            get(tx, place);
            PartPlace row = new PartPlace(list(place), part.number());
            UploadPart before = tx.get(IndexTables.PARTS, row);
            if (before != null && !before.blobs().equals(part.blobs())) {
                // Nobody reads a part before it is an object.
                Contents.free(tx, before.blobs(), Kind.BRIEF, now);
            }
            tx.put(IndexTables.PARTS, row, part);
        });
    }

    List<UploadPart> parts(
            BucketName bucket, ObjectKey key, String id, int afterNumber, int limit) {
        return store.view(tx -> {
            UploadPlace place = place(tx, bucket, key, id);
            get(tx, place);
            if (limit < 1 || afterNumber >= UploadPart.MAX_NUMBER) {
                return List.of();
            }
            KeyRange<PartPlace> rest =
                    IndexTables.PART_KEYS
                            .startingWith(list(place))
                            .startingAt(
                                    IndexTables.PART_KEYS,
                                    new PartPlace(list(place), Math.max(0, afterNumber) + 1));
            return tx.scan(IndexTables.PARTS, rest, limit).stream().map(Entry::value).toList();
        });
    }

    ObjectVersion complete(
            BucketName bucket,
            String id,
            NewObject object,
            List<NamedPart> parts,
            Condition condition,
            Stamp stamp) {
        PartNumbers numbers = PartNumbers.of(parts.stream().map(NamedPart::number).toList());
        return store.transact(tx -> {
            Bucket in = Buckets.get(tx, bucket);
            UploadPlace place = new UploadPlace(new ObjectPlace(in.number(), object.key()), id);
            if (tx.get(IndexTables.UPLOADS, place) == null) {
                return completed(tx, place).at(object.key());
            }
            boolean some = checkParts(tx, list(place), parts);
            KeyChanges versions = new KeyChanges(tx, in, object.key(), stamp.now());
            Preconditions.checkPut(condition, versions.current());
            StoredVersion version =
                    Objects.add(
                            versions,
                            object,
                            object.content().with(List.of(), List.of()),
                            Optional.of(new ContentRows(id, true, numbers)),
                            stamp);
            tx.delete(IndexTables.UPLOADS, place);
            tx.put(
                    IndexTables.COMPLETIONS,
                    list(place),
                    new Completion(object.key(), version.sequence()));
            if (some) {
                Contents.free(tx, list(place), numbers);
            }
            return version.at(object.key());
        });
    }

    /** What an upload became that was completed before. */
    private static StoredVersion completed(Transaction tx, UploadPlace place) {
        Completion completion = tx.get(IndexTables.COMPLETIONS, list(place));
        if (completion == null || !completion.key().equals(place.object().key())) {
            throw new IndexFault(Reason.NO_SUCH_UPLOAD);
        }
        StoredVersion current = tx.get(IndexTables.OBJECTS, place.object());
        StoredVersion version =
                isOf(current, completion)
                        ? current
                        : tx.get(
                                IndexTables.VERSIONS,
                                new VersionPlace(place.object(), completion.sequence()));
        if (version == null) {
            throw new IllegalStateException("an upload became a version that is not there");
        }
        return version;
    }

    private static boolean isOf(@Nullable StoredVersion version, Completion completion) {
        return version != null && version.sequence() == completion.sequence();
    }

    /**
     * Holds the parts that are named against those that there are.
     *
     * @return whether there are others
     */
    private static boolean checkParts(Transaction tx, ListPlace list, List<NamedPart> parts) {
        Map<Integer, String> wanted = new HashMap<>();
        parts.forEach(part -> wanted.put(part.number(), part.etag()));
        boolean others = false;
        for (Entry<PartPlace, UploadPart> row :
                tx.scan(
                        IndexTables.PARTS,
                        IndexTables.PART_KEYS.startingWith(list),
                        UploadPart.MAX_NUMBER)) {
            String etag = wanted.remove(row.value().number());
            if (etag == null) {
                others = true;
            } else if (!etag.equals(row.value().etag())) {
                throw new IndexFault(Reason.INVALID_PART);
            }
        }
        if (!wanted.isEmpty()) {
            throw new IndexFault(Reason.INVALID_PART);
        }
        return others;
    }

    void abort(BucketName bucket, ObjectKey key, String id) {
        store.update(tx -> {
            UploadPlace place = place(tx, bucket, key, id);
            get(tx, place);
            tx.delete(IndexTables.UPLOADS, place);
            Contents.free(tx, list(place), PartNumbers.NONE);
        });
    }
}
