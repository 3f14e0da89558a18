package io.brume.storage.object.index;

import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.KeyChanges.Order;
import io.brume.storage.object.index.codec.ContentRows;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Objects and their versions, one key at a time. */
final class Objects {
    private final Store store;
    private final Buckets buckets;

    Objects(Store store, Buckets buckets) {
        this.store = store;
        this.buckets = buckets;
    }

    Optional<ObjectVersion> find(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return store.view(tx -> find(tx, Buckets.get(tx, bucket), key, version));
    }

    private static Optional<ObjectVersion> find(
            ReadTransaction tx, Bucket in, ObjectKey key, Optional<VersionId> version) {
        KeyVersions versions = new KeyVersions(tx, in, key);
        StoredVersion found =
                version.isPresent() ? versions.find(version.get()) : versions.newest();
        return Optional.ofNullable(found).map(one -> Contents.whole(tx, in.number(), key, one));
    }

    Optional<Located> locate(BucketName bucket, ObjectKey key, Optional<VersionId> version) {
        return store.view(tx ->
                buckets.find(tx, bucket).map(in -> new Located(in, find(tx, in, key, version))));
    }

    ObjectVersion put(BucketName bucket, NewObject object, Condition condition, Stamp stamp) {
        Optional<ContentRows> rows = Contents.rows(object.content());
        return store.transact(tx -> {
            Bucket in = Buckets.get(tx, bucket);
            KeyChanges versions = new KeyChanges(tx, in, object.key(), stamp.now());
            StoredVersion current = versions.current();
            if (current != null && Contents.isSame(current, object.content())) {
                return answer(object, current);
            }
            Preconditions.checkPut(condition, current);
            ObjectContent content = Contents.store(tx, in.number(), object.content(), rows);
            return answer(object, add(versions, object, content, rows, stamp));
        });
    }

    private static ObjectVersion answer(NewObject object, StoredVersion stored) {
        return stored.at(object.key()).withContent(object.content());
    }

    /** Makes an object the newest version of its key. */
    static StoredVersion add(
            KeyChanges versions,
            NewObject object,
            ObjectContent content,
            Optional<ContentRows> rows,
            Stamp stamp) {
        Order order = versions.next(stamp);
        StoredVersion version =
                new StoredVersion(
                        versions.nextId(order.sequence(), stamp),
                        order.sequence(),
                        order.modified(),
                        object.owner(),
                        Optional.of(content),
                        rows,
                        object.headers(),
                        object.tags(),
                        object.settings());
        versions.add(version);
        return version;
    }

    Deletion delete(
            BucketName bucket, ObjectKey key, AccountId who, Condition condition, Stamp stamp) {
        return store.transact(tx -> {
            Bucket in = Buckets.get(tx, bucket);
            KeyChanges versions = new KeyChanges(tx, in, key, stamp.now());
            StoredVersion current = versions.current();
            Preconditions.checkDelete(condition, current);
            if (in.versioning() == Versioning.OFF) {
                if (current != null) {
                    versions.remove(current);
                }
                return new Deletion(Optional.empty(), false);
            }
            StoredVersion marker = marker(versions, who, stamp);
            versions.add(marker);
            return new Deletion(Optional.of(marker.versionId()), true);
        });
    }

    private static StoredVersion marker(KeyChanges versions, AccountId who, Stamp stamp) {
        Order order = versions.next(stamp);
        return new StoredVersion(
                versions.nextId(order.sequence(), stamp),
                order.sequence(),
                order.modified(),
                who,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    Deletion deleteVersion(
            BucketName bucket,
            ObjectKey key,
            VersionId version,
            boolean bypassGovernance,
            Condition condition,
            Instant now) {
        return store.transact(tx -> {
            KeyChanges versions = new KeyChanges(tx, Buckets.get(tx, bucket), key, now);
            StoredVersion found = versions.find(version);
            Preconditions.checkDelete(condition, found);
            if (found == null) {
                return new Deletion(Optional.of(version), false);
            }
            Retention.checkDelete(found.settings(), now, bypassGovernance);
            versions.remove(found);
            return new Deletion(Optional.of(version), found.isDeleteMarker());
        });
    }

    ObjectVersion set(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            ObjectSetting setting,
            Optional<String> document,
            boolean bypassGovernance,
            Instant now) {
        return change(
                bucket,
                key,
                version,
                now,
                before -> {
                    if (setting == ObjectSetting.RETENTION) {
                        Retention.checkChange(before.settings(), document, now, bypassGovernance);
                    }
                    Map<ObjectSetting, String> settings = new EnumMap<>(ObjectSetting.class);
                    settings.putAll(before.settings());
                    if (document.isPresent()) {
                        settings.put(setting, document.get());
                    } else {
                        settings.remove(setting);
                    }
                    return before.withSettings(settings);
                });
    }

    ObjectVersion tag(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Map<String, String> tags,
            Instant now) {
        return change(bucket, key, version, now, before -> before.withTags(tags));
    }

    private ObjectVersion change(
            BucketName bucket,
            ObjectKey key,
            Optional<VersionId> version,
            Instant now,
            UnaryOperator<StoredVersion> how) {
        return store.transact(tx -> {
            KeyChanges versions = new KeyChanges(tx, Buckets.get(tx, bucket), key, now);
            StoredVersion after = how.apply(changeable(versions, version));
            versions.change(after);
            return Contents.whole(tx, versions.bucket.number(), key, after);
        });
    }

    /** A version that may be changed: the current one where none is named. */
    static StoredVersion changeable(KeyChanges versions, Optional<VersionId> version) {
        if (version.isEmpty()) {
            return present(versions.current(), Reason.NO_SUCH_KEY);
        }
        StoredVersion found = present(versions.find(version.get()), Reason.NO_SUCH_VERSION);
        if (found.isDeleteMarker()) {
            throw new IndexFault(Reason.IS_DELETE_MARKER);
        }
        return found;
    }

    private static StoredVersion present(@Nullable StoredVersion version, Reason otherwise) {
        if (version == null) {
            throw new IndexFault(otherwise);
        }
        return version;
    }
}
