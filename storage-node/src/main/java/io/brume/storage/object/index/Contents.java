package io.brume.storage.object.index;

import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.index.codec.ContentRows;
import io.brume.storage.object.index.codec.GarbagePlace;
import io.brume.storage.object.index.codec.GarbagePlace.Age;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ListPlace;
import io.brume.storage.object.index.codec.PartNumbers;
import io.brume.storage.object.index.codec.PartPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.Entry;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a content's blobs are named: in its version's row when they are few, otherwise in rows of
 * the table of parts, so that lists of objects read little whatever the objects' sizes.
 */
final class Contents {
    /** So many blobs stay in the version's row: 512 MiB of the largest. */
    static final int INLINE = 8;

    /** In one row, far below what a value may hold. */
    static final int RUN = 4096;

    private Contents() {}

    /** The rows that a content needs; named by its first blob, which no other content names. */
    static Optional<ContentRows> rows(ObjectContent content) {
        return content.blobs().size() <= INLINE
                ? Optional.empty()
                : Optional.of(
                        new ContentRows(
                                content.blobs().getFirst().id().toString(),
                                false,
                                PartNumbers.NONE));
    }

    /** Writes the rows, and returns what remains for the version's. */
    static ObjectContent store(
            Transaction tx, long bucket, ObjectContent content, Optional<ContentRows> rows) {
        if (rows.isEmpty()) {
            return content;
        }
        storeRuns(tx, bucket, rows.get().list(), content.blobs());
        return content.with(content.parts(), List.of());
    }

    static void storeRuns(Transaction tx, long bucket, String name, List<Blob> blobs) {
        ListPlace list = new ListPlace(bucket, name);
        for (int from = 0, number = 1; from < blobs.size(); from += RUN, number++) {
            List<Blob> run = blobs.subList(from, Math.min(blobs.size(), from + RUN));
            tx.put(IndexTables.PARTS, new PartPlace(list, number), run(number, run));
        }
    }

    /** The rows that a content needs whose parts may have been in rows of an upload. */
    static Optional<ContentRows> rowsWithParts(ObjectContent content) {
        if (content.parts().size() <= INLINE) {
            return rows(content);
        }
        return Optional.of(
                new ContentRows(
                        content.blobs().getFirst().id().toString(),
                        true,
                        PartNumbers.of(
                                content.parts().stream().map(PartSummary::number).toList())));
    }

    /**
     * Writes those rows: each part's with its share of the blobs, whose order is all that counts.
     */
    static ObjectContent storeWithParts(
            Transaction tx, long bucket, ObjectContent content, Optional<ContentRows> rows) {
        if (rows.isEmpty() || !rows.get().upload()) {
            return store(tx, bucket, content, rows);
        }
        ListPlace list = new ListPlace(bucket, rows.get().list());
        List<PartSummary> parts = content.parts();
        List<Blob> blobs = content.blobs();
        for (int i = 0; i < parts.size(); i++) {
            int from = (int) ((long) blobs.size() * i / parts.size());
            int to = (int) ((long) blobs.size() * (i + 1) / parts.size());
            tx.put(
                    IndexTables.PARTS,
                    new PartPlace(list, parts.get(i).number()),
                    part(content, parts.get(i), blobs.subList(from, to)));
        }
        return content.with(List.of(), List.of());
    }

    private static UploadPart part(ObjectContent content, PartSummary part, List<Blob> blobs) {
        Optional<ObjectChecksum> checksum =
                content.checksum()
                        .flatMap(whole ->
                                part.checksum()
                                        .map(sum ->
                                                new ObjectChecksum(whole.algorithm(), sum, false)));
        return new UploadPart(part.number(), part.size(), "", checksum, Instant.EPOCH, blobs);
    }

    private static UploadPart run(int number, List<Blob> blobs) {
        return new UploadPart(number, 0, "", Optional.empty(), Instant.EPOCH, blobs);
    }

    /** The version with all its parts and blobs. */
    static ObjectVersion whole(
            ReadTransaction tx, long bucket, ObjectKey key, StoredVersion stored) {
        if (stored.content().isEmpty()) {
            return stored.at(key);
        }
        ObjectVersion version = withRestored(tx, bucket, stored).at(key);
        if (stored.rows().isEmpty()) {
            return version;
        }
        ContentRows rows = stored.rows().get();
        List<Blob> blobs = new ArrayList<>();
        List<PartSummary> parts = new ArrayList<>(stored.content().get().parts());
        stream(
                tx,
                bucket,
                rows,
                part -> {
                    blobs.addAll(part.blobs());
                    if (rows.upload()) {
                        parts.add(summary(part));
                    }
                });
        return version.withContent(version.content().orElseThrow().with(parts, blobs));
    }

    private static StoredVersion withRestored(
            ReadTransaction tx, long bucket, StoredVersion stored) {
        Optional<ListPlace> list = restoredList(bucket, stored);
        if (list.isEmpty()) {
            return stored;
        }
        List<Blob> blobs =
                tx.stream(IndexTables.PARTS, IndexTables.PART_KEYS.startingWith(list.get()))
                        .flatMap(row -> row.value().blobs().stream())
                        .toList();
        return stored.withContent(stored.content().orElseThrow().withRestored(blobs));
    }

    /** The rows of a copy that can be read, if it has any. */
    private static Optional<ListPlace> restoredList(long bucket, StoredVersion version) {
        return Restoration.of(version.settings())
                .filter(Restoration.Ready.class::isInstance)
                .map(state -> ((Restoration.Ready) state).list())
                .filter(list -> !list.isEmpty())
                .map(list -> new ListPlace(bucket, list));
    }

    private static PartSummary summary(UploadPart part) {
        return new PartSummary(
                part.number(), part.size(), part.checksum().map(ObjectChecksum::base64));
    }

    private static void stream(
            ReadTransaction tx, long bucket, ContentRows rows, Consumer<UploadPart> consumer) {
        tx.stream(
                        IndexTables.PARTS,
                        IndexTables.PART_KEYS.startingWith(new ListPlace(bucket, rows.list())))
                .map(Entry::value)
                .filter(part -> !rows.upload() || rows.numbers().contains(part.number()))
                .forEach(consumer);
    }

    /** Whether a version names a blob. */
    static boolean names(ReadTransaction tx, long bucket, StoredVersion version, Blob blob) {
        if (version.content()
                .filter(content ->
                        isAmong(content.blobs(), blob) || isAmong(content.restored(), blob))
                .isPresent()) {
            return true;
        }
        return Stream.concat(
                        version.rows().map(rows -> new ListPlace(bucket, rows.list())).stream(),
                        restoredList(bucket, version).stream())
                .anyMatch(list -> names(tx, list, blob));
    }

    /** By its name alone: whoever keeps a fragment does not know how long the blob is. */
    private static boolean isAmong(List<Blob> blobs, Blob blob) {
        return blobs.stream().anyMatch(one -> one.id().equals(blob.id()));
    }

    /** Whether a list of rows names a blob. */
    static boolean names(ReadTransaction tx, ListPlace list, Blob blob) {
        return tx.stream(IndexTables.PARTS, IndexTables.PART_KEYS.startingWith(list))
                .anyMatch(entry -> isAmong(entry.value().blobs(), blob));
    }

    /** Whether a version has just this content: whether the call that put it is repeated. */
    static boolean isSame(@Nullable StoredVersion version, ObjectContent content) {
        if (version == null || version.content().isEmpty() || content.blobs().isEmpty()) {
            return false;
        }
        Optional<ContentRows> rows = rows(content);
        return rows.isPresent()
                ? version.rows().equals(rows)
                : version.content().get().blobs().equals(content.blobs());
    }

    /** Gives up what a version names. */
    static void free(Transaction tx, long bucket, StoredVersion version, Instant now) {
        freeKept(tx, bucket, version, now);
        freeRestored(tx, bucket, version, now);
    }

    /** Gives up the copy that can be read. */
    static void freeRestored(Transaction tx, long bucket, StoredVersion version, Instant now) {
        version.content()
                .map(ObjectContent::restored)
                .ifPresent(blobs -> free(tx, blobs, kind(blobs), now));
        restoredList(bucket, version).ifPresent(list -> free(tx, list, PartNumbers.NONE));
    }

    /** Gives up all but the copy that can be read. */
    static void freeKept(Transaction tx, long bucket, StoredVersion version, Instant now) {
        version.content()
                .ifPresent(content -> free(tx, content.blobs(), kind(content.blobs()), now));
        version.rows()
                .ifPresent(rows -> {
                    ListPlace list = new ListPlace(bucket, rows.list());
                    if (rows.upload()) {
                        tx.delete(IndexTables.COMPLETIONS, list);
                    }
                    free(tx, list, PartNumbers.NONE);
                });
    }

    private static Kind kind(List<Blob> blobs) {
        return blobs.size() == 1 ? Kind.BRIEF : Kind.LASTING;
    }

    static void free(Transaction tx, List<Blob> blobs, Kind kind, Instant now) {
        Age age = new Age(kind, now.toEpochMilli());
        blobs.forEach(blob ->
                tx.put(IndexTables.GARBAGE, new GarbagePlace(age, blob.id()), blob.length()));
    }

    /** Gives up a list but for some rows; the rows go later, since they may be many. */
    static void free(Transaction tx, ListPlace list, PartNumbers but) {
        tx.put(IndexTables.GARBAGE_LISTS, list, but);
    }
}
