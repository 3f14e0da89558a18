package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.VersionPlace;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Bytes;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All versions in order: current objects and history, put together key by key. */
final class VersionRows implements Rows<VersionRows.Row> {
    /**
     * A version.
     *
     * @param latest whether it is its key's newest
     */
    record Row(ObjectKey key, StoredVersion version, boolean latest) {}

    private final Rows<Entry<ObjectPlace, StoredVersion>> objects;
    private final Rows<Entry<VersionPlace, StoredVersion>> history;
    private @Nullable ObjectKey last;

    /**
     * @param last the key of which newer versions were shown before
     */
    private VersionRows(
            Rows<Entry<ObjectPlace, StoredVersion>> objects,
            Rows<Entry<VersionPlace, StoredVersion>> history,
            @Nullable ObjectKey last) {
        this.objects = objects;
        this.history = history;
        this.last = last;
    }

    static VersionRows open(ReadTransaction tx, Bucket bucket, Walk walk) {
        if (!walk.isWithinKey()) {
            return open(tx, bucket, walk, walk.from(), walk.from(), null);
        }
        ObjectPlace place = walk.afterPlace();
        KeyVersions versions = new KeyVersions(tx, bucket, place.key());
        Long sequence = sequence(versions, walk.request().afterId());
        StoredVersion current = versions.current();
        StoredVersion newest = versions.newest();
        boolean isNewer = newest != null && sequence != null && newest.sequence() >= sequence;
        boolean showsCurrent =
                current != null && (sequence == null || current.sequence() < sequence);
        return open(
                tx,
                bucket,
                walk,
                showsCurrent
                        ? IndexTables.OBJECT_KEYS.encode(place)
                        : IndexTables.endOf(place.bucket(), place.key().value()),
                sequence == null
                        ? IndexTables.OBJECT_KEYS.encode(place)
                        : IndexTables.VERSION_KEYS
                                .encode(new VersionPlace(place, sequence))
                                .successor(),
                isNewer ? place.key() : null);
    }

    /** The order of the version that is named; null when it is not known: the key begins anew. */
    private static @Nullable Long sequence(KeyVersions versions, String id) {
        if (!id.equals(VersionId.NULL.value())) {
            return VersionIds.sequence(id).orElse(null);
        }
        StoredVersion found = versions.find(VersionId.NULL);
        return found == null ? null : found.sequence();
    }

    private static VersionRows open(
            ReadTransaction tx,
            Bucket bucket,
            Walk walk,
            Bytes fromObject,
            Bytes fromVersion,
            @Nullable ObjectKey last) {
        return new VersionRows(
                Lists.objects(tx, walk, fromObject),
                walk.cursor(
                        (from, limit) ->
                                bucket.versioning() == Versioning.OFF
                                        ? List.of()
                                        : tx.scan(
                                                IndexTables.LISTED_VERSIONS,
                                                walk.rest(from),
                                                limit),
                        fromVersion,
                        row -> row.key().object().key().value(),
                        row -> IndexTables.VERSION_KEYS.encode(row.key()).successor()),
                last);
    }

    @Override
    public @Nullable Row peek() {
        Entry<ObjectPlace, StoredVersion> object = objects.peek();
        Entry<VersionPlace, StoredVersion> version = history.peek();
        if (object != null && isBefore(object, version)) {
            return new Row(object.key().key(), object.value(), true);
        }
        if (version == null) {
            return null;
        }
        ObjectKey key = version.key().object().key();
        return new Row(key, version.value(), !key.equals(last));
    }

    /** Whether the current object is before the history, in which it is the newest of its key. */
    private static boolean isBefore(
            Entry<ObjectPlace, StoredVersion> object,
            @Nullable Entry<VersionPlace, StoredVersion> version) {
        return version == null || object.key().key().compareTo(version.key().object().key()) <= 0;
    }

    @Override
    public void next() {
        Entry<ObjectPlace, StoredVersion> object = objects.peek();
        Entry<VersionPlace, StoredVersion> version = history.peek();
        if (object != null && isBefore(object, version)) {
            last = object.key().key();
            objects.next();
        } else if (version != null) {
            last = version.key().object().key();
            history.next();
        }
    }

    @Override
    public void skip(String start, Bytes end) {
        objects.skip(start, end);
        history.skip(start, end);
    }

    /** Names a row as the one after which a page begins: one without an id by its order. */
    static String id(Row row) {
        return row.version().versionId().isNull()
                ? VersionIds.marker(row.version().sequence())
                : row.version().versionId().value();
    }
}
