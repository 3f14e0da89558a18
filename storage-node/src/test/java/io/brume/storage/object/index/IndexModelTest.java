package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.aws.sigv4.ChecksumAlgorithm;
import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.IndexFault.Reason;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Random calls against the index and against plain maps: both must say the same. */
final class IndexModelTest {
    private static final BucketName BUCKET = new BucketName("bucket");
    private static final AccountId OWNER = new AccountId("000000000001");
    private static final List<String> KEYS =
            List.of("a", "a/", "a/b", "a//b", "a/b/c", "é", "\u0000", "b--c--d", "\ud83d\ude00/x");

    /** Goes back as often as it goes on. */
    private static final class JumpingTime implements Time {
        private final Random random = new Random(1);

        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1000));
        }

        @Override
        public long nanos() {
            return 0;
        }
    }

    /** One index, its model, and what has been given to both. */
    private static final class Twins {
        private final StoredIndex index;
        private final ModelIndex model = new ModelIndex();
        private final Set<Blob> given = new HashSet<>();
        private final Map<Blob, BlobClaim> claims = new HashMap<>();
        private final Set<Blob> freed = new HashSet<>();
        private final long bucket;
        private long nextBlob;
        private int nextUpload;

        Twins(Store store) {
            index = new StoredIndex(store, new JumpingTime(), new Random(2));
            bucket = index.createBucket(BUCKET, OWNER, "local", false, Map.of()).number();
        }

        void step(Random random) {
            ObjectKey key = new ObjectKey(KEYS.get(random.nextInt(KEYS.size())));
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> put(random, key);
                case 4, 5 -> delete(random, key);
                case 6, 7, 8 -> deleteVersion(random, key);
                case 9 -> tag(random, key);
                case 10 -> configure(random.nextBoolean());
                case 11 -> begin(key);
                case 12, 13 -> putPart(random);
                case 14 -> complete(random);
                default -> abort(random);
            }
        }

        private List<Blob> blobs(int count, BlobClaim claim) {
            List<Blob> blobs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Blob blob = new Blob(new BlobId(7L << 48, nextBlob++), 1 + i);
                blobs.add(blob);
                claims.put(blob, claim);
            }
            given.addAll(blobs);
            return blobs;
        }

        private static ObjectContent content(Random random, List<Blob> blobs) {
            return new ObjectContent(
                    blobs.stream().mapToLong(Blob::length).sum(),
                    "etag" + random.nextInt(3),
                    StorageClass.STANDARD,
                    Optional.of(new ObjectChecksum(ChecksumAlgorithm.CRC32, "AAAAAA==", false)),
                    List.of(),
                    blobs);
        }

        private static NewObject object(Random random, ObjectKey key, ObjectContent content) {
            return new NewObject(
                    key,
                    OWNER,
                    content,
                    Map.of("content-type", "text/plain"),
                    random.nextInt(4) == 0 ? Map.of("tag", "one") : Map.of(),
                    Map.of());
        }

        private static Condition condition(Random random) {
            return switch (random.nextInt(8)) {
                case 0 -> Condition.ifNoneMatch("*");
                case 1 -> Condition.ifNoneMatch("etag1");
                case 2 -> Condition.ifMatch("etag1");
                case 3 -> Condition.ifMatch("*");
                default -> Condition.NONE;
            };
        }

        private void put(Random random, ObjectKey key) {
            int count = random.nextInt(6) == 0 ? 20 : random.nextInt(3);
            Condition condition = condition(random);
            List<Blob> blobs = blobs(count, new BlobClaim(bucket, key, Optional.empty()));
            NewObject object = object(random, key, content(random, blobs));
            Optional<Reason> refusal = model.refusal(key, condition);
            ObjectVersion put = expect(refusal, () -> index.put(BUCKET, object, condition));
            if (put == null) {
                given.removeAll(blobs);
                return;
            }
            assertThat(put.content()).contains(object.content());
            checkId(put.versionId());
            model.add(
                    key,
                    new ModelIndex.Version(
                            put.versionId(), Optional.of(object.content()), object.tags()));
            if (random.nextInt(4) == 0 && !blobs.isEmpty()) {
                assertThat(index.put(BUCKET, object, condition)).isEqualTo(put);
            }
        }

        private void checkId(VersionId id) {
            assertThat(id.isNull()).isEqualTo(model.versioning != Versioning.ENABLED);
        }

        private static <T> @Nullable T expect(Optional<Reason> refusal, Supplier<T> call) {
            try {
                T answer = call.get();
                assertThat(refusal).isEmpty();
                return answer;
            } catch (IndexFault fault) {
                assertThat(refusal).contains(fault.reason());
                return null;
            }
        }

        private void delete(Random random, ObjectKey key) {
            Condition condition =
                    random.nextInt(3) == 0 ? Condition.ifMatch("etag1") : Condition.NONE;
            ModelIndex.Version current = model.current(key);
            boolean refused =
                    current != null
                            && condition.ifMatch().isPresent()
                            && !current.content().orElseThrow().etag().equals("etag1");
            Deletion deletion =
                    expect(
                            refused ? Optional.of(Reason.PRECONDITION_FAILED) : Optional.empty(),
                            () -> index.delete(BUCKET, key, OWNER, condition));
            if (deletion == null) {
                return;
            }
            assertThat(deletion.deleteMarker()).isEqualTo(model.versioning != Versioning.OFF);
            deletion.versionId().ifPresent(this::checkId);
            model.delete(key, deletion.versionId());
        }

        private VersionId someVersion(Random random, ObjectKey key) {
            List<ModelIndex.Version> all = model.versions(key);
            return all.isEmpty() || random.nextInt(5) == 0
                    ? VersionId.NULL
                    : all.get(random.nextInt(all.size())).id();
        }

        private void deleteVersion(Random random, ObjectKey key) {
            VersionId id = someVersion(random, key);
            boolean marker = model.find(key, id).map(one -> one.content().isEmpty()).orElse(false);
            assertThat(index.deleteVersion(BUCKET, key, id, false, Condition.NONE))
                    .isEqualTo(new Deletion(Optional.of(id), marker));
            model.deleteVersion(key, id);
        }

        private void tag(Random random, ObjectKey key) {
            VersionId id = someVersion(random, key);
            Map<String, String> tags = Map.of("n", "" + random.nextInt(10));
            Optional<Reason> refusal =
                    model.find(key, id).isEmpty()
                            ? Optional.of(Reason.NO_SUCH_VERSION)
                            : model.find(key, id).get().content().isEmpty()
                                    ? Optional.of(Reason.IS_DELETE_MARKER)
                                    : Optional.empty();
            ObjectVersion tagged =
                    expect(refusal, () -> index.tag(BUCKET, key, Optional.of(id), tags));
            if (tagged != null) {
                assertThat(tagged.tags()).isEqualTo(tags);
                model.tag(key, id, tags);
            }
        }

        private void configure(boolean enabled) {
            String status = enabled ? "Enabled" : "Suspended";
            index.configure(
                    BUCKET,
                    BucketSetting.VERSIONING,
                    Optional.of("<V><Status>" + status + "</Status></V>"));
            model.versioning = enabled ? Versioning.ENABLED : Versioning.SUSPENDED;
        }

        private void begin(ObjectKey key) {
            String id = "%032d".formatted(nextUpload++);
            index.beginUpload(
                    BUCKET,
                    new Upload(
                            key,
                            id,
                            OWNER,
                            Instant.ofEpochSecond(nextUpload % 3),
                            StorageClass.STANDARD_IA,
                            Optional.of(ChecksumAlgorithm.SHA256),
                            true,
                            Map.of("content-type", "x/y"),
                            Map.of(),
                            Map.of()));
            model.uploads.put(id, new TreeMap<>());
            model.uploadKeys.put(id, key);
        }

        private @Nullable String someUpload(Random random) {
            List<String> ids = model.uploads.keySet().stream().sorted().toList();
            return ids.isEmpty() ? null : ids.get(random.nextInt(ids.size()));
        }

        private ObjectKey keyOf(String upload) {
            return requireNonNull(model.uploadKeys.get(upload));
        }

        private SortedMap<Integer, UploadPart> partsOf(String upload) {
            return requireNonNull(model.uploads.get(upload));
        }

        private void putPart(Random random) {
            String id = someUpload(random);
            if (id == null) {
                return;
            }
            for (int i = 0; i <= random.nextInt(4); i++) {
                List<Blob> blobs =
                        blobs(random.nextInt(3), new BlobClaim(bucket, keyOf(id), Optional.of(id)));
                UploadPart part =
                        new UploadPart(
                                1 + random.nextInt(6),
                                blobs.size(),
                                "part" + random.nextInt(3),
                                Optional.empty(),
                                Instant.EPOCH,
                                blobs);
                index.putPart(BUCKET, keyOf(id), id, part);
                partsOf(id).put(part.number(), part);
            }
            assertThat(index.parts(BUCKET, keyOf(id), id, 2, 2))
                    .isEqualTo(partsOf(id).tailMap(3).values().stream().limit(2).toList());
        }

        private void complete(Random random) {
            String id = someUpload(random);
            if (id == null) {
                return;
            }
            ObjectKey key = keyOf(id);
            List<UploadPart> parts =
                    partsOf(id).values().stream().filter(_ -> random.nextInt(4) > 0).toList();
            List<NamedPart> named = new ArrayList<>();
            parts.forEach(part -> named.add(new NamedPart(part.number(), part.etag())));
            boolean wrong = random.nextInt(5) == 0;
            if (wrong) {
                named.add(new NamedPart(9, "part9"));
            }
            Condition condition = condition(random);
            NewObject object = object(random, key, content(random, List.of()));
            Optional<Reason> refusal =
                    wrong ? Optional.of(Reason.INVALID_PART) : model.refusal(key, condition);
            ObjectVersion made =
                    expect(
                            refusal,
                            () -> index.completeUpload(BUCKET, id, object, named, condition));
            if (made == null) {
                return;
            }
            ObjectContent content = object.content();
            model.add(
                    key,
                    new ModelIndex.Version(
                            made.versionId(),
                            Optional.of(
                                    new ObjectContent(
                                            content.size(),
                                            content.etag(),
                                            content.storageClass(),
                                            content.checksum(),
                                            parts.stream()
                                                    .map(part ->
                                                            new PartSummary(
                                                                    part.number(),
                                                                    part.size(),
                                                                    Optional.empty()))
                                                    .toList(),
                                            parts.stream()
                                                    .flatMap(part -> part.blobs().stream())
                                                    .toList())),
                            object.tags()));
            model.uploads.remove(id);
            assertThat(index.completeUpload(BUCKET, id, object, named, condition)).isEqualTo(made);
        }

        private void abort(Random random) {
            String id = someUpload(random);
            if (id != null) {
                index.abortUpload(BUCKET, keyOf(id), id);
                model.uploads.remove(id);
                expect(
                        Optional.of(Reason.NO_SUCH_UPLOAD),
                        () -> index.upload(BUCKET, keyOf(id), id));
            }
        }

        void check(Random random) {
            for (String text : KEYS) {
                ObjectKey key = new ObjectKey(text);
                check(model.newest(key), index.find(BUCKET, key, Optional.empty()));
                for (ModelIndex.Version version : model.versions(key)) {
                    check(version, index.find(BUCKET, key, Optional.of(version.id())));
                }
            }
            checkVersions(1 + random.nextInt(5));
            checkUploads(1 + random.nextInt(3));
            checkGarbage(random);
        }

        private static void check(
                ModelIndex.@Nullable Version expected, Optional<ObjectVersion> found) {
            assertThat(found.isPresent()).isEqualTo(expected != null);
            if (expected != null) {
                ObjectVersion version = found.orElseThrow();
                assertThat(version.versionId()).isEqualTo(expected.id());
                assertThat(version.content()).isEqualTo(expected.content());
                assertThat(version.tags()).isEqualTo(expected.tags());
            }
        }

        private void checkVersions(int limit) {
            List<String> expected = new ArrayList<>();
            for (ObjectKey key : model.keys()) {
                List<ModelIndex.Version> all = model.versions(key);
                for (int i = 0; i < all.size(); i++) {
                    expected.add(key + " " + all.get(i).id() + " " + (i == 0));
                }
            }
            List<String> found = new ArrayList<>();
            Map<ObjectKey, ObjectVersion> newer = new HashMap<>();
            ListRequest request = new ListRequest("", "", "", "", limit);
            ListPage<ListedVersion> page;
            do {
                page = index.listVersions(BUCKET, request);
                for (ListedVersion one : page.items()) {
                    ObjectVersion version = one.version();
                    found.add(version.key() + " " + version.versionId() + " " + one.latest());
                    ObjectVersion before = newer.put(version.key(), version);
                    if (before != null) {
                        assertThat(version.sequence()).isLessThan(before.sequence());
                        assertThat(version.modified()).isBefore(before.modified());
                    }
                }
                request = new ListRequest("", "", page.next(), page.nextId(), limit);
            } while (page.more());
            assertThat(found).isEqualTo(expected);
        }

        private void checkUploads(int limit) {
            Set<String> found = new HashSet<>();
            ListRequest request = new ListRequest("", "", "", "", limit);
            ListPage<Upload> page;
            do {
                page = index.uploads(BUCKET, request);
                page.items().forEach(upload -> assertThat(found.add(upload.id())).isTrue());
                request = new ListRequest("", "", page.next(), page.nextId(), limit);
            } while (page.more());
            assertThat(found).isEqualTo(model.uploads.keySet());
        }

        /** Every blob is named, or freed exactly once. */
        private void checkGarbage(Random random) {
            Set<Blob> named = model.blobs();
            named.forEach(blob -> {
                BlobClaim claim = requireNonNull(claims.get(blob));
                assertThat(index.isNamed(blob, claim)).isTrue();
            });
            for (Garbage.Kind kind : Garbage.Kind.values()) {
                List<Garbage.Item> garbage = garbage(kind, random);
                while (!garbage.isEmpty()) {
                    assertThat(garbage).noneMatch(item -> freed.contains(item.blob()));
                    garbage.forEach(item -> freed.add(item.blob()));
                    index.forget(garbage);
                    garbage = garbage(kind, random);
                }
            }
            assertThat(named).noneMatch(freed::contains);
            Set<Blob> all = new HashSet<>(named);
            all.addAll(freed);
            assertThat(all).isEqualTo(given);
            freed.forEach(blob -> {
                BlobClaim claim = requireNonNull(claims.get(blob));
                assertThat(index.isNamed(blob, claim)).isFalse();
            });
        }

        private List<Garbage.Item> garbage(Garbage.Kind kind, Random random) {
            return index.garbage(kind, TestObjects.LATER, 1 + random.nextInt(8));
        }

        /** Deletes everything, and then the bucket, which takes its uploads with it. */
        void end(Random random) {
            if (model.isEmpty()) {
                index.deleteBucket(BUCKET);
            } else {
                expect(
                        Optional.of(Reason.NOT_EMPTY),
                        () -> {
                            index.deleteBucket(BUCKET);
                            return true;
                        });
                for (ObjectKey key : model.keys()) {
                    for (ModelIndex.Version version : List.copyOf(model.versions(key))) {
                        index.deleteVersion(BUCKET, key, version.id(), false, Condition.NONE);
                        model.deleteVersion(key, version.id());
                    }
                }
                index.deleteBucket(BUCKET);
            }
            model.uploads.clear();
            checkGarbage(random);
            assertThat(index.bucket(BUCKET)).isEmpty();
        }
    }

    /** Seeds that are close to one another begin alike otherwise. */
    private static Random random(long seed) {
        return new Random(seed * 0x9e3779b97f4a7c15L);
    }

    @Property(tries = 150)
    void theIndexSaysWhatPlainMapsSay(@ForAll @Size(min = 1, max = 80) List<Long> seeds) {
        try (Store store = MemoryStore.open()) {
            Twins twins = new Twins(store);
            for (long seed : seeds) {
                Random random = random(seed);
                twins.step(random);
                if (random.nextInt(6) == 0) {
                    twins.check(random);
                }
            }
            twins.check(random(seeds.getFirst()));
            twins.end(random(seeds.getLast()));
        }
    }
}
