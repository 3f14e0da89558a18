package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.index.codec.VersionPlace;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Transaction;
import java.time.Instant;

/**
 * Changes of one key's versions that keep its rows in step: the newest is the current object unless
 * it is a delete marker, everything else is history, and whatever goes is freed.
 */
final class KeyChanges extends KeyVersions {
    private final Transaction tx;
    private final Instant now;

    /** What a new version gets: both above those of every other version of the key. */
    record Order(long sequence, Instant modified) {}

    /**
     * @param now for what becomes garbage
     */
    KeyChanges(Transaction tx, Bucket bucket, ObjectKey key, Instant now) {
        super(tx, bucket, key);
        this.tx = tx;
        this.now = now;
    }

    /** A place in the order, even when the clock went back or another leader's was ahead. */
    Order next(Stamp stamp) {
        StoredVersion newest = newest();
        if (newest == null) {
            return new Order(stamp.sequence(), stamp.now());
        }
        Instant after = newest.modified().plusMillis(1);
        return new Order(
                Math.max(stamp.sequence(), newest.sequence() + 1),
                stamp.now().isAfter(after) ? stamp.now() : after);
    }

    /** The id of the next version, as the bucket's versioning has it. */
    VersionId nextId(long sequence, Stamp stamp) {
        return bucket.versioning() == Versioning.ENABLED
                ? VersionIds.id(sequence, stamp)
                : VersionId.NULL;
    }

    /**
     * Puts a version before all others; one without an id replaces the one that has none either.
     */
    void add(StoredVersion version) {
        if (version.versionId().isNull()) {
            dropNull();
        }
        if (current != null) {
            toHistory(current);
            if (version.isDeleteMarker()) {
                tx.delete(IndexTables.OBJECTS, place);
            }
        }
        if (version.isDeleteMarker()) {
            current = null;
            toHistory(version);
        } else {
            current = version;
            tx.put(IndexTables.OBJECTS, place, version);
        }
    }

    private void dropNull() {
        if (current != null && current.versionId().isNull()) {
            tx.delete(IndexTables.OBJECTS, place);
            Contents.free(tx, bucket.number(), current, now);
            current = null;
            return;
        }
        StoredVersion old = find(VersionId.NULL);
        if (old != null) {
            fromHistory(old);
            Contents.free(tx, bucket.number(), old, now);
        }
    }

    private void toHistory(StoredVersion version) {
        tx.put(IndexTables.VERSIONS, new VersionPlace(place, version.sequence()), version);
        if (version.versionId().isNull()) {
            tx.put(IndexTables.NULL_VERSIONS, place, version.sequence());
        }
    }

    private void fromHistory(StoredVersion version) {
        tx.delete(IndexTables.VERSIONS, new VersionPlace(place, version.sequence()));
        if (version.versionId().isNull()) {
            tx.delete(IndexTables.NULL_VERSIONS, place);
        }
    }

    /** Takes away a version that is there; the next one becomes the newest if it was that. */
    void remove(StoredVersion version) {
        if (version.equals(current)) {
            tx.delete(IndexTables.OBJECTS, place);
            current = null;
        } else {
            fromHistory(version);
        }
        Contents.free(tx, bucket.number(), version, now);
        if (current == null) {
            promote();
        }
    }

    private void promote() {
        StoredVersion next = newestOfHistory();
        if (next != null && !next.isDeleteMarker()) {
            fromHistory(next);
            tx.put(IndexTables.OBJECTS, place, next);
            current = next;
        }
    }

    /** Replaces what a version says, but for its id and order. */
    void change(StoredVersion version) {
        if (current != null && current.sequence() == version.sequence()) {
            tx.put(IndexTables.OBJECTS, place, version);
            current = version;
        } else {
            tx.put(IndexTables.VERSIONS, new VersionPlace(place, version.sequence()), version);
        }
    }
}
