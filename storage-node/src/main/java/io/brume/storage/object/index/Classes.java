package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.codec.ContentRows;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.RestorePlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.VersionPlace;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How versions are kept: restorations of archived ones, and moves between classes. A content is of
 * one class once only, since moves go down: so the class tells whether it is still the same.
 */
final class Classes {
    private final Store store;

    Classes(Store store) {
        this.store = requireNonNull(store);
    }

    /** See {@link ObjectIndex#restore}. */
    boolean ask(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Restoration.Ongoing order,
            Instant now) {
        return store.transact(tx -> {
            KeyChanges versions = new KeyChanges(tx, Buckets.get(tx, bucket), key, now);
            StoredVersion found = Objects.changeable(versions, version);
            if (!found.content().orElseThrow().storageClass().isArchive()) {
                throw new IndexFault(Reason.NOT_ARCHIVED);
            }
            Restoration before = Restoration.of(found.settings()).orElse(null);
            return switch (before) {
                case Restoration.Ongoing _ -> throw new IndexFault(Reason.RESTORE_IN_PROGRESS);
                case Restoration.Ready ready when ready.until().isAfter(now) -> {
                    var longer = new Restoration.Ready(order.until(), ready.list());
                    put(tx, versions.place, with(found, longer));
                    yield true;
                }
                case Restoration.Ready _ -> {
                    Contents.freeRestored(tx, versions.bucket.number(), found, now);
                    put(tx, versions.place, with(restored(found, List.of()), order));
                    yield false;
                }
                case null -> {
                    put(tx, versions.place, with(found, order));
                    yield false;
                }
            };
        });
    }

    private static StoredVersion with(StoredVersion version, @Nullable Restoration state) {
        Map<ObjectSetting, String> settings = new EnumMap<>(ObjectSetting.class);
        settings.putAll(version.settings());
        if (state == null) {
            settings.remove(ObjectSetting.RESTORATION);
        } else {
            settings.put(ObjectSetting.RESTORATION, state.text());
        }
        return version.withSettings(settings);
    }

    private static StoredVersion restored(StoredVersion version, List<Blob> copy) {
        return version.withContent(version.content().orElseThrow().withRestored(copy));
    }

    /** Puts a version where it is, and has what it says of its restoration done in time. */
    private static void put(Transaction tx, ObjectPlace place, StoredVersion version) {
        VersionPlace at = new VersionPlace(place, version.sequence());
        StoredVersion current = tx.get(IndexTables.OBJECTS, place);
        if (current != null && current.sequence() == version.sequence()) {
            tx.put(IndexTables.OBJECTS, place, version);
        } else {
            tx.put(IndexTables.VERSIONS, at, version);
        }
        Restoration.of(version.settings())
                .ifPresent(state ->
                        tx.put(
                                IndexTables.RESTORES,
                                new RestorePlace(state.due().toEpochMilli(), at),
                                true));
    }

    private static @Nullable StoredVersion get(ReadTransaction tx, VersionPlace place) {
        StoredVersion current = tx.get(IndexTables.OBJECTS, place.object());
        return current != null && current.sequence() == place.sequence()
                ? current
                : tx.get(IndexTables.VERSIONS, place);
    }

    List<DueRestore> due(Instant now, int limit) {
        return store.view(tx ->
                tx
                        .scan(
                                IndexTables.RESTORES,
                                IndexTables.restoresUntil(now.toEpochMilli()),
                                limit)
                        .stream()
                        .map(Entry::key)
                        .map(place -> due(tx, place))
                        .toList());
    }

    private static DueRestore due(ReadTransaction tx, RestorePlace place) {
        StoredVersion version = get(tx, place.version());
        ObjectPlace object = place.version().object();
        return new DueRestore(
                place,
                version == null || state(version, place).isEmpty()
                        ? Optional.empty()
                        : Optional.of(Contents.whole(tx, object.bucket(), object.key(), version)));
    }

    /** A version's restoration, if it is the one that was noted. */
    private static Optional<Restoration> state(StoredVersion version, RestorePlace place) {
        return Restoration.of(version.settings())
                .filter(state -> state.due().toEpochMilli() == place.dueMillis());
    }

    boolean restored(DueRestore restore, List<Blob> copy) {
        RestorePlace place = restore.place();
        return store.transact(tx -> {
            StoredVersion version = get(tx, place.version());
            tx.delete(IndexTables.RESTORES, place);
            if (version == null
                    || !(state(version, place).orElse(null) instanceof Restoration.Ongoing order)) {
                return false;
            }
            boolean few = copy.size() <= Contents.INLINE;
            String list = few ? "" : copy.getFirst().id().toString();
            if (!few) {
                Contents.storeRuns(tx, restore.bucket(), list, copy);
            }
            put(
                    tx,
                    place.version().object(),
                    with(
                            restored(version, few ? copy : List.of()),
                            new Restoration.Ready(order.until(), list)));
            return true;
        });
    }

    void end(DueRestore restore, Instant now) {
        RestorePlace place = restore.place();
        store.update(tx -> {
            StoredVersion version = get(tx, place.version());
            tx.delete(IndexTables.RESTORES, place);
            if (version != null
                    && state(version, place).orElse(null) instanceof Restoration.Ready) {
                Contents.freeRestored(tx, restore.bucket(), version, now);
                put(tx, place.version().object(), with(restored(version, List.of()), null));
            }
        });
    }

    boolean move(
            BucketName bucket, ObjectVersion from, StorageClass to, List<Blob> kept, Instant now) {
        ObjectContent before = from.content().orElseThrow();
        ObjectContent after = before.moved(to, kept);
        Optional<ContentRows> rows = Contents.rowsWithParts(after);
        return store.transact(tx -> {
            long number = Buckets.get(tx, bucket).number();
            ObjectPlace place = new ObjectPlace(number, from.key());
            StoredVersion version = get(tx, new VersionPlace(place, from.sequence()));
            if (version == null
                    || version.content().orElseThrow().storageClass() != before.storageClass()) {
                return false;
            }
            Contents.freeKept(tx, number, version, now);
            ObjectContent content =
                    Contents.storeWithParts(tx, number, after, rows)
                            .withRestored(version.content().get().restored());
            put(tx, place, version.withContent(content).withRows(rows));
            return true;
        });
    }
}
