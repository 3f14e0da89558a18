package io.brume.storage.object.index.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.index.codec.GarbagePlace.Age;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.Bytes;
import io.brume.store.Codec;
import io.brume.store.Index;
import io.brume.store.KeyCodec;
import io.brume.store.KeyRange;
import io.brume.store.PairKeyCodec;
import io.brume.store.Table;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The index's tables. Their numbers are on disks: a new one takes a number that no table ever had.
 *
 * <p>The newest version of an object is in {@link #OBJECTS}, unless it is a delete marker; all its
 * other versions are in {@link #VERSIONS}. So an object without history costs one row, and a list
 * of current objects reads nothing else.
 */
public final class IndexTables {
    /** An account and the name of a bucket of its. */
    public record Owned(String owner, String bucket) {}

    /** A bucket's number and what is configured. */
    public record DocumentPlace(long bucket, BucketSetting setting) {}

    private static final Codec<String> TEXT =
            Codec.of(text -> text.getBytes(UTF_8), bytes -> new String(bytes, UTF_8));
    private static final Codec<Long> NUMBER =
            Codec.of(
                    number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
                    bytes -> ByteBuffer.wrap(bytes).getLong());
    private static final Codec<Boolean> MARK = Codec.of(_ -> new byte[0], _ -> true);

    public static final PairKeyCodec<Owned, String, String> OWNED_KEYS =
            KeyCodec.pair(
                    KeyCodec.string(), KeyCodec.string(), Owned::new, Owned::owner, Owned::bucket);
    public static final PairKeyCodec<DocumentPlace, Long, BucketSetting> DOCUMENT_KEYS =
            KeyCodec.pair(
                    KeyCodec.int64(),
                    KeyCodec.string().map(BucketSetting::valueOf, BucketSetting::name),
                    DocumentPlace::new,
                    DocumentPlace::bucket,
                    DocumentPlace::setting);
    public static final PairKeyCodec<ObjectPlace, Long, ObjectKey> OBJECT_KEYS =
            KeyCodec.pair(
                    KeyCodec.int64(),
                    KeyCodec.string().map(ObjectKey::new, ObjectKey::value),
                    ObjectPlace::new,
                    ObjectPlace::bucket,
                    ObjectPlace::key);
    public static final PairKeyCodec<VersionPlace, ObjectPlace, Long> VERSION_KEYS =
            KeyCodec.pair(
                    OBJECT_KEYS,
                    KeyCodec.int64().reversed(),
                    VersionPlace::new,
                    VersionPlace::object,
                    VersionPlace::sequence);
    public static final PairKeyCodec<UploadPlace, ObjectPlace, String> UPLOAD_KEYS =
            KeyCodec.pair(
                    OBJECT_KEYS,
                    KeyCodec.string(),
                    UploadPlace::new,
                    UploadPlace::object,
                    UploadPlace::id);
    public static final PairKeyCodec<Begun, ObjectPlace, Long> BEGUN_KEYS =
            KeyCodec.pair(OBJECT_KEYS, KeyCodec.int64(), Begun::new, Begun::object, Begun::millis);
    public static final PairKeyCodec<ListPlace, Long, String> LIST_KEYS =
            KeyCodec.pair(
                    KeyCodec.int64(),
                    KeyCodec.string(),
                    ListPlace::new,
                    ListPlace::bucket,
                    ListPlace::list);
    public static final PairKeyCodec<PartPlace, ListPlace, Integer> PART_KEYS =
            KeyCodec.pair(
                    LIST_KEYS,
                    KeyCodec.int32(),
                    PartPlace::new,
                    PartPlace::list,
                    PartPlace::number);
    private static final PairKeyCodec<BlobId, Long, Long> BLOB_KEYS =
            KeyCodec.pair(
                    KeyCodec.int64(), KeyCodec.int64(), BlobId::new, BlobId::high, BlobId::low);
    private static final PairKeyCodec<Age, Kind, Long> AGE_KEYS =
            KeyCodec.pair(
                    KeyCodec.int32()
                            .map(number -> Kind.of(number == 1), kind -> kind.isLasting() ? 1 : 0),
                    KeyCodec.int64(),
                    Age::new,
                    Age::kind,
                    Age::sinceMillis);
    public static final PairKeyCodec<GarbagePlace, Age, BlobId> GARBAGE_KEYS =
            KeyCodec.pair(
                    AGE_KEYS, BLOB_KEYS, GarbagePlace::new, GarbagePlace::age, GarbagePlace::blob);

    private static final PairKeyCodec<RestorePlace, Long, VersionPlace> RESTORE_KEYS =
            KeyCodec.pair(
                    KeyCodec.int64(),
                    VERSION_KEYS,
                    RestorePlace::new,
                    RestorePlace::dueMillis,
                    RestorePlace::version);

    public static final Index<BucketName, Bucket, Owned> BUCKETS_BY_OWNER =
            new Index<>(
                    1,
                    "owner",
                    OWNED_KEYS,
                    (name, bucket) -> List.of(new Owned(bucket.owner().value(), name.value())));

    /** Buckets without their documents. */
    public static final Table<BucketName, Bucket> BUCKETS =
            Table.of(
                    1,
                    "buckets",
                    KeyCodec.string().map(BucketName::new, BucketName::value),
                    BucketCodec.CODEC,
                    BUCKETS_BY_OWNER);

    public static final Table<DocumentPlace, String> DOCUMENTS =
            Table.of(2, "documents", DOCUMENT_KEYS, TEXT);

    /** How many buckets an account has. */
    public static final Table<AccountId, Long> BUCKET_COUNTS =
            Table.of(
                    3,
                    "bucket-counts",
                    KeyCodec.string().map(AccountId::new, AccountId::value),
                    NUMBER);

    /** The last number given, by what is numbered. */
    public static final Table<String, Long> COUNTERS =
            Table.of(4, "counters", KeyCodec.string(), NUMBER);

    /** The newest versions that are no delete markers. */
    public static final Table<ObjectPlace, StoredVersion> OBJECTS =
            Table.of(5, "objects", OBJECT_KEYS, VersionCodec.CODEC);

    /** The same rows for lists: without headers, parts and blobs, and read fast. */
    public static final Table<ObjectPlace, StoredVersion> LISTED_OBJECTS =
            Table.of(5, "objects", OBJECT_KEYS, SummaryCodec.CODEC);

    /** Older versions and delete markers. */
    public static final Table<VersionPlace, StoredVersion> VERSIONS =
            Table.of(6, "versions", VERSION_KEYS, VersionCodec.CODEC);

    /** The same rows for lists. */
    public static final Table<VersionPlace, StoredVersion> LISTED_VERSIONS =
            Table.of(6, "versions", VERSION_KEYS, SummaryCodec.CODEC);

    /** Where among the versions the one without an id is, if it is there. */
    public static final Table<ObjectPlace, Long> NULL_VERSIONS =
            Table.of(7, "null-versions", OBJECT_KEYS, NUMBER);

    public static final Index<UploadPlace, Upload, Begun> UPLOADS_BY_BEGIN =
            new Index<>(
                    1,
                    "begin",
                    BEGUN_KEYS,
                    (place, upload) ->
                            List.of(new Begun(place.object(), upload.initiated().toEpochMilli())));

    public static final Table<UploadPlace, Upload> UPLOADS =
            Table.of(8, "uploads", UPLOAD_KEYS, UploadCodec.UPLOAD, UPLOADS_BY_BEGIN);

    /** Parts of uploads and of what they became; runs of the blobs of long content. */
    public static final Table<PartPlace, UploadPart> PARTS =
            Table.of(9, "parts", PART_KEYS, UploadCodec.PART);

    /** What uploads became, as long as it is there. */
    public static final Table<ListPlace, Completion> COMPLETIONS =
            Table.of(10, "completions", LIST_KEYS, UploadCodec.COMPLETION);

    /** Blobs that nothing names any more, and their lengths. */
    public static final Table<GarbagePlace, Long> GARBAGE =
            Table.of(11, "garbage", GARBAGE_KEYS, NUMBER);

    /** Lists of which nothing but these numbers is needed any more. */
    public static final Table<ListPlace, PartNumbers> GARBAGE_LISTS =
            Table.of(12, "garbage-lists", LIST_KEYS, VersionCodec.NUMBERS);

    /** Numbers of buckets that are no more, whose uploads may be left. */
    public static final Table<Long, Boolean> GARBAGE_BUCKETS =
            Table.of(13, "garbage-buckets", KeyCodec.int64(), MARK);

    /** Versions whose restoration is to go on, by when; what else became of them is not noted. */
    public static final Table<RestorePlace, Boolean> RESTORES =
            Table.of(14, "restores", RESTORE_KEYS, MARK);

    /**
     * A number that is another one whenever a bucket or one of its documents is: what was made of
     * them before is good as long as this is the same. It comes and goes with the bucket.
     */
    public static final Table<Long, Long> BUCKET_CHANGES =
            Table.of(15, "bucket-changes", KeyCodec.int64(), NUMBER);

    private IndexTables() {}

    /** Restorations that are due at an instant. */
    public static KeyRange<RestorePlace> restoresUntil(long millis) {
        return new KeyRange<>(Bytes.EMPTY, KeyCodec.int64().encode(millis + 1));
    }

    /** Where the keys that start so begin and end, in every table that is keyed by object. */
    public static <K> KeyRange<K> keysStartingWith(long bucket, String prefix) {
        KeyRange<String> texts = KeyCodec.stringsStartingWith(prefix);
        KeyRange<ObjectPlace> range =
                OBJECT_KEYS.startingWith(bucket, new KeyRange<>(texts.from(), texts.to()));
        return new KeyRange<>(range.from(), range.to());
    }

    /** Garbage of a kind from before an instant. */
    public static KeyRange<GarbagePlace> garbageBefore(Kind kind, long millis) {
        return new KeyRange<>(
                AGE_KEYS.startingWith(kind).from(), AGE_KEYS.encode(new Age(kind, millis)));
    }

    /** Where all that belongs to one key ends, in every table that is keyed by object. */
    public static Bytes endOf(long bucket, String key) {
        Bytes end =
                KeyCodec.int64().encode(bucket).concat(KeyCodec.string().encode(key)).prefixEnd();
        if (end == null) {
            throw new IllegalStateException("every key has an end");
        }
        return end;
    }
}
