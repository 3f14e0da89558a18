package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.VersionPlace;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All versions of one key, inside one transaction. */
class KeyVersions {
    private final ReadTransaction tx;
    final Bucket bucket;
    final ObjectPlace place;
    @Nullable StoredVersion current;

    KeyVersions(ReadTransaction tx, Bucket bucket, ObjectKey key) {
        this.tx = tx;
        this.bucket = bucket;
        this.place = new ObjectPlace(bucket.number(), key);
        this.current = tx.get(IndexTables.OBJECTS, place);
    }

    /** The object that there is: null when there is none, or a delete marker is the newest. */
    final @Nullable StoredVersion current() {
        return current;
    }

    /** The newest version, a delete marker too. */
    final @Nullable StoredVersion newest() {
        return current != null ? current : newestOfHistory();
    }

    /** The newest of those that are no current object. A bucket that kept none is not asked. */
    final @Nullable StoredVersion newestOfHistory() {
        if (bucket.versioning() == Versioning.OFF) {
            return null;
        }
        List<Entry<VersionPlace, StoredVersion>> first =
                tx.scan(IndexTables.VERSIONS, IndexTables.VERSION_KEYS.startingWith(place), 1);
        return first.isEmpty() ? null : first.getFirst().value();
    }

    /** One version, wherever it is. */
    final @Nullable StoredVersion find(VersionId id) {
        if (current != null && current.versionId().equals(id)) {
            return current;
        }
        if (bucket.versioning() == Versioning.OFF) {
            return null;
        }
        Long sequence =
                id.isNull()
                        ? tx.get(IndexTables.NULL_VERSIONS, place)
                        : VersionIds.sequence(id.value()).orElse(null);
        if (sequence == null) {
            return null;
        }
        StoredVersion found = tx.get(IndexTables.VERSIONS, new VersionPlace(place, sequence));
        return found != null && found.versionId().equals(id) ? found : null;
    }
}
