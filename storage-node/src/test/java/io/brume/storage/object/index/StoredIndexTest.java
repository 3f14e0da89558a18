package io.brume.storage.object.index;

import static io.brume.storage.object.index.TestObjects.BUCKET;
import static io.brume.storage.object.index.TestObjects.OWNER;
import static io.brume.storage.object.index.TestObjects.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.time.Time;
import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectSetting;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.storage.object.model.VersionId;
import io.brume.storage.object.model.Versioning;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What S3 promises of buckets and objects, one case at a time. */
final class StoredIndexTest {
    private static final AccountId OTHER = new AccountId("000000000002");
    private static final ObjectKey KEY = new ObjectKey("key");
    private static final String FUTURE = "2999-01-01T00:00:00Z";
    private static final String LATER = "2999-02-01T00:00:00Z";

    private final Store store = MemoryStore.open();
    private final StoredIndex index = new StoredIndex(store, Time.system(), new Random(1));

    @BeforeEach
    void create() {
        index.createBucket(BUCKET, OWNER, "local", false, Map.of());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static void assertFault(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        IndexFault.class, fault -> assertThat(fault.reason()).isEqualTo(reason));
    }

    private ObjectVersion put(String etag) {
        return index.put(BUCKET, object("key", etag), Condition.NONE);
    }

    private void versioning(String status) {
        index.configure(
                BUCKET,
                BucketSetting.VERSIONING,
                Optional.of("<C>\n <Status> " + status + " </Status></C>"));
    }

    @Test
    void aBucketIsItsOwnersAndItsNameIsTakenOnce() {
        assertFault(
                Reason.ALREADY_OWNED_BY_YOU,
                () -> index.createBucket(BUCKET, OWNER, "local", false, Map.of()));
        assertFault(
                Reason.ALREADY_EXISTS,
                () -> index.createBucket(BUCKET, OTHER, "local", false, Map.of()));
        long number = index.bucket(BUCKET).orElseThrow().number();
        index.deleteBucket(BUCKET);
        assertFault(Reason.NO_SUCH_BUCKET, () -> index.deleteBucket(BUCKET));
        Bucket again = index.createBucket(BUCKET, OTHER, "local", false, Map.of());
        assertThat(again.number()).isGreaterThan(number);
        assertThat(index.bucket(BUCKET)).contains(again);
    }

    private Map<BucketSetting, String> located() {
        return index.locate(BUCKET, KEY, Optional.empty()).orElseThrow().bucket().documents();
    }

    @Test
    void oneLookFindsTheBucketAsItIsNowAndTheObject() {
        assertThat(index.locate(new BucketName("none"), KEY, Optional.empty())).isEmpty();
        assertThat(located()).isEmpty();
        index.configure(BUCKET, BucketSetting.POLICY, Optional.of("{}"));
        assertThat(located()).isEqualTo(Map.of(BucketSetting.POLICY, "{}"));
        index.reconfigure(BUCKET, BucketSetting.POLICY, Optional.of("{}"), Optional.of("{1}"));
        assertThat(located()).isEqualTo(Map.of(BucketSetting.POLICY, "{1}"));
        ObjectVersion version = put("a");
        assertThat(index.locate(BUCKET, KEY, Optional.empty()).orElseThrow().version())
                .contains(version);
        index.delete(BUCKET, KEY, OWNER, Condition.NONE);
        index.deleteBucket(BUCKET);
        index.createBucket(BUCKET, OTHER, "local", false, Map.of());
        assertThat(located()).isEmpty();
    }

    @Test
    void anAccountHasAtMostTenThousandBuckets() {
        store.update(tx -> tx.put(IndexTables.BUCKET_COUNTS, OTHER, Buckets.QUOTA - 1));
        BucketName last = new BucketName("last");
        index.createBucket(last, OTHER, "local", false, Map.of());
        BucketName more = new BucketName("more");
        assertFault(
                Reason.TOO_MANY_BUCKETS,
                () -> index.createBucket(more, OTHER, "local", false, Map.of()));
        index.deleteBucket(last);
        index.createBucket(more, OTHER, "local", false, Map.of());
    }

    @Test
    void bucketsAreListedByNameInPages() {
        for (String name : List.of("abc", "abd", "abd-x", "b-b", "zzz")) {
            index.createBucket(new BucketName(name), OTHER, "local", false, Map.of());
        }
        assertThat(names("", "", 3)).containsExactly("abc", "abd", "abd-x");
        assertThat(names("", "abd", 9)).containsExactly("abd-x", "b-b", "zzz");
        assertThat(names("ab", "abc", 9)).containsExactly("abd", "abd-x");
        assertThat(names("b", "aaa", 9)).containsExactly("b-b");
        assertThat(names("", "", 0)).isEmpty();
    }

    private List<String> names(String prefix, String after, int limit) {
        return index.buckets(OTHER, prefix, after, limit).stream()
                .map(bucket -> bucket.name().value())
                .toList();
    }

    @Test
    void documentsAreKeptAndTakenAway() {
        index.configure(BUCKET, BucketSetting.POLICY, Optional.of("{}"));
        index.configure(BUCKET, BucketSetting.CORS, Optional.of("<C/>"));
        index.configure(BUCKET, BucketSetting.POLICY, Optional.empty());
        assertThat(index.bucket(BUCKET).orElseThrow().documents())
                .isEqualTo(Map.of(BucketSetting.CORS, "<C/>"));
    }

    @Test
    void versioningOnceBegunIsOnlySuspended() {
        index.configure(BUCKET, BucketSetting.VERSIONING, Optional.of("<C/>"));
        assertThat(index.bucket(BUCKET).orElseThrow().versioning()).isEqualTo(Versioning.OFF);
        versioning("Enabled");
        versioning("Suspended");
        assertThat(index.bucket(BUCKET).orElseThrow().versioning()).isEqualTo(Versioning.SUSPENDED);
        assertFault(
                Reason.INVALID_BUCKET_STATE,
                () -> index.configure(BUCKET, BucketSetting.VERSIONING, Optional.empty()));
    }

    @Test
    void aBucketWithObjectLockKeepsItsVersions() {
        assertFault(
                Reason.INVALID_BUCKET_STATE,
                () -> index.configure(BUCKET, BucketSetting.OBJECT_LOCK, Optional.of("<O/>")));
        versioning("Enabled");
        assertThat(
                        index.configure(BUCKET, BucketSetting.OBJECT_LOCK, Optional.of("<O/>"))
                                .objectLock())
                .isTrue();
        assertFault(Reason.INVALID_BUCKET_STATE, () -> versioning("Suspended"));
        Bucket locked =
                index.createBucket(new BucketName("locked"), OWNER, "local", true, Map.of());
        assertThat(locked.versioning()).isEqualTo(Versioning.ENABLED);
        assertThat(locked.document(BucketSetting.VERSIONING).orElseThrow()).contains("Enabled");
    }

    @Test
    void whatIsHeldIsNotDeleted() {
        versioning("Enabled");
        ObjectVersion put = put("one");
        Optional<VersionId> id = Optional.of(put.versionId());
        retain(id, "GOVERNANCE " + FUTURE, false);
        assertFault(Reason.LOCKED, () -> deleteVersion(put, false));
        assertFault(Reason.LOCKED, () -> unretain(id, false));
        retain(id, "GOVERNANCE " + LATER, false);
        assertFault(Reason.LOCKED, () -> retain(id, "GOVERNANCE " + FUTURE, false));
        retain(id, "GOVERNANCE " + FUTURE, true);
        retain(id, "COMPLIANCE " + LATER, false);
        assertFault(Reason.LOCKED, () -> deleteVersion(put, true));
        assertFault(Reason.LOCKED, () -> retain(id, "GOVERNANCE " + LATER, true));
        assertFault(Reason.LOCKED, () -> unretain(id, true));
        assertThat(index.delete(BUCKET, KEY, OWNER, Condition.NONE).deleteMarker()).isTrue();
    }

    private void retain(Optional<VersionId> id, String retention, boolean bypass) {
        index.set(BUCKET, KEY, id, ObjectSetting.RETENTION, Optional.of(retention), bypass);
    }

    private void unretain(Optional<VersionId> id, boolean bypass) {
        index.set(BUCKET, KEY, id, ObjectSetting.RETENTION, Optional.empty(), bypass);
    }

    private void deleteVersion(ObjectVersion version, boolean bypass) {
        index.deleteVersion(BUCKET, KEY, version.versionId(), bypass, Condition.NONE);
    }

    @Test
    void aLegalHoldOutlivesARetention() {
        versioning("Enabled");
        ObjectVersion put =
                index.put(
                        BUCKET,
                        object(
                                "key",
                                "one",
                                Map.of(
                                        ObjectSetting.RETENTION,
                                        "COMPLIANCE 2001-01-01T00:00:00Z",
                                        ObjectSetting.LEGAL_HOLD,
                                        "ON")),
                        Condition.NONE);
        assertFault(Reason.LOCKED, () -> deleteVersion(put, true));
        index.set(BUCKET, KEY, Optional.empty(), ObjectSetting.LEGAL_HOLD, Optional.empty(), false);
        deleteVersion(put, false);
        assertThat(index.find(BUCKET, KEY, Optional.empty())).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaidInS3sWords() {
        assertFault(
                Reason.NO_SUCH_KEY,
                () -> index.tag(BUCKET, KEY, Optional.empty(), Map.of("a", "b")));
        assertFault(
                Reason.NO_SUCH_VERSION,
                () -> index.tag(BUCKET, KEY, Optional.of(VersionId.NULL), Map.of()));
        versioning("Enabled");
        put("one");
        VersionId marker =
                index.delete(BUCKET, KEY, OWNER, Condition.NONE).versionId().orElseThrow();
        assertFault(Reason.NO_SUCH_KEY, () -> index.tag(BUCKET, KEY, Optional.empty(), Map.of()));
        assertFault(
                Reason.IS_DELETE_MARKER,
                () -> index.tag(BUCKET, KEY, Optional.of(marker), Map.of()));
        assertThat(index.find(BUCKET, KEY, Optional.empty()).orElseThrow().isDeleteMarker())
                .isTrue();
        BucketName none = new BucketName("none");
        assertFault(
                Reason.NO_SUCH_BUCKET, () -> index.put(none, object("key", "x"), Condition.NONE));
        assertFault(
                Reason.NO_SUCH_BUCKET, () -> index.list(none, new ListRequest("", "", "", "", 1)));
    }

    @Test
    void aListShowsWhatIsThereButForWhatOnlyGetAnswers() {
        versioning("Enabled");
        NewObject object =
                new NewObject(
                        KEY,
                        OWNER,
                        new ObjectContent(
                                1L << 40,
                                "abc-2",
                                StorageClass.GLACIER,
                                Optional.of(
                                        new ObjectChecksum(
                                                ChecksumAlgorithm.CRC64NVME, "AAAA", true)),
                                List.of(new PartSummary(1, 3, Optional.of("sum"))),
                                TestObjects.blobs(3)),
                        Map.of("content-type", "text/plain"),
                        Map.of("a", "b", "c", "d"),
                        Map.of(ObjectSetting.ACL, "acl", ObjectSetting.LEGAL_HOLD, "ON"));
        ObjectVersion put = index.put(BUCKET, object, Condition.NONE);
        assertThat(index.find(BUCKET, KEY, Optional.empty())).contains(put);
        ObjectVersion listed =
                index.list(BUCKET, new ListRequest("", "", "", "", 9)).items().getFirst();
        ObjectContent content = put.content().orElseThrow();
        assertThat(listed)
                .isEqualTo(
                        new ObjectVersion(
                                KEY,
                                put.versionId(),
                                put.sequence(),
                                put.modified(),
                                OWNER,
                                Optional.of(
                                        new ObjectContent(
                                                content.size(),
                                                content.etag(),
                                                content.storageClass(),
                                                content.checksum(),
                                                List.of(),
                                                List.of())),
                                Map.of(),
                                put.tags(),
                                put.settings()));
        assertThat(index.listVersions(BUCKET, new ListRequest("", "", "", "", 9)).items())
                .containsExactly(new ListedVersion(listed, true));
    }

    @Test
    void theLargestContentsAreKeptAndFreed() {
        NewObject large =
                new NewObject(
                        KEY,
                        OWNER,
                        TestObjects.content("large", TestObjects.blobs(40_000)),
                        Map.of(),
                        Map.of(),
                        Map.of());
        index.put(BUCKET, large, Condition.NONE);
        assertThat(index.find(BUCKET, KEY, Optional.empty()).orElseThrow().content())
                .contains(large.content());
        upload(UploadPart.MAX_NUMBER);
        List<Garbage.Item> garbage =
                index.garbage(Garbage.Kind.LASTING, TestObjects.LATER, Integer.MAX_VALUE);
        assertThat(garbage).hasSize(40_000);
        index.forget(garbage);
        ObjectContent whole =
                index.find(BUCKET, KEY, Optional.empty()).orElseThrow().content().orElseThrow();
        assertThat(whole.parts()).hasSize(UploadPart.MAX_NUMBER);
        index.delete(BUCKET, KEY, OWNER, Condition.NONE);
        assertThat(index.garbage(Garbage.Kind.LASTING, TestObjects.LATER, Integer.MAX_VALUE))
                .extracting(Garbage.Item::blob)
                .containsExactlyInAnyOrderElementsOf(whole.blobs());
    }

    private void upload(int parts) {
        String id = "u".repeat(32);
        index.beginUpload(
                BUCKET,
                new Upload(
                        KEY,
                        id,
                        OWNER,
                        Instant.EPOCH,
                        StorageClass.STANDARD,
                        Optional.empty(),
                        false,
                        Map.of(),
                        Map.of(),
                        Map.of()));
        List<NamedPart> named = new ArrayList<>();
        for (int number = 1; number <= parts; number++) {
            UploadPart part =
                    new UploadPart(
                            number,
                            1,
                            "etag",
                            Optional.empty(),
                            Instant.EPOCH,
                            TestObjects.blobs(1));
            index.putPart(BUCKET, KEY, id, part);
            named.add(new NamedPart(number, "etag"));
        }
        NewObject object =
                new NewObject(
                        KEY,
                        OWNER,
                        TestObjects.content("whole", List.of()),
                        Map.of(),
                        Map.of(),
                        Map.of());
        index.completeUpload(BUCKET, id, object, named, Condition.NONE);
    }

    @Test
    void ofManyWhoPutWhereNothingMayBeOneWins() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String key = "key" + round;
                List<Future<Boolean>> tries = new ArrayList<>();
                for (int client = 0; client < 16; client++) {
                    NewObject object = object(key, "etag" + client);
                    tries.add(clients.submit(() -> wins(object)));
                }
                int winners = 0;
                for (Future<Boolean> one : tries) {
                    winners += one.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    private boolean wins(NewObject object) {
        try {
            index.put(BUCKET, object, Condition.ifNoneMatch("*"));
            return true;
        } catch (IndexFault fault) {
            assertThat(fault.reason()).isEqualTo(Reason.PRECONDITION_FAILED);
            return false;
        }
    }

    @Test
    void manyPutsOfOneKeyAllBecomeVersionsInOneOrder() throws Exception {
        versioning("Enabled");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ObjectVersion>> puts = new ArrayList<>();
            for (int client = 0; client < 24; client++) {
                String etag = "etag" + client;
                puts.add(clients.submit(() -> put(etag)));
            }
            for (Future<ObjectVersion> one : puts) {
                one.get();
            }
        }
        List<ListedVersion> all =
                index.listVersions(BUCKET, new ListRequest("", "", "", "", 1000)).items();
        assertThat(all).hasSize(24);
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).latest()).isFalse();
            assertThat(all.get(i).version().sequence())
                    .isLessThan(all.get(i - 1).version().sequence());
        }
    }
}
