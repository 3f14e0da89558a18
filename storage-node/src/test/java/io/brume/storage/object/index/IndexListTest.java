package io.brume.storage.object.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.time.Time;
import io.brume.storage.object.model.AccountId;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Pages of lists, against all keys filtered, rolled up and cut by hand. */
final class IndexListTest {
    private static final BucketName BUCKET = new BucketName("bucket");
    private static final AccountId OWNER = new AccountId("000000000001");

    private static StoredIndex index(Store store) {
        StoredIndex index = new StoredIndex(store, Time.system(), new Random(1));
        index.createBucket(BUCKET, OWNER, "local", false, Map.of());
        return index;
    }

    private static ObjectVersion put(StoredIndex index, String key) {
        return index.put(
                BUCKET,
                new NewObject(
                        new ObjectKey(key),
                        OWNER,
                        new ObjectContent(
                                0,
                                "etag",
                                StorageClass.STANDARD,
                                Optional.empty(),
                                List.of(),
                                List.of()),
                        Map.of(),
                        Map.of(),
                        Map.of()),
                Condition.NONE);
    }

    private static Arbitrary<String> texts(int least, int most) {
        return Arbitraries.of("a", "b", "/", "--", "-", "\u0000", "é", "\uffff", "\ud83d\ude00")
                .list()
                .ofMinSize(least)
                .ofMaxSize(most)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<Set<String>> keys() {
        return texts(1, 5).set().ofMaxSize(60);
    }

    @Provide
    Arbitrary<String> starts() {
        return texts(0, 2);
    }

    @Provide
    Arbitrary<String> delimiters() {
        return Arbitraries.of("", "/", "-", "--", "a", "\u0000", "é", "/-");
    }

    @Property(tries = 400)
    void everyPageIsWhatTheWholeListSays(
            @ForAll("keys") Set<String> keys,
            @ForAll("starts") String prefix,
            @ForAll("delimiters") String delimiter,
            @ForAll("starts") String after,
            @ForAll("limits") int limit) {
        try (Store store = MemoryStore.open()) {
            StoredIndex index = index(store);
            ModelIndex model = new ModelIndex();
            for (String key : keys) {
                ObjectVersion put = put(index, key);
                model.add(
                        put.key(),
                        new ModelIndex.Version(put.versionId(), put.content(), Map.of()));
            }
            String from = after;
            ListPage<ObjectVersion> page;
            do {
                ListRequest request = new ListRequest(prefix, delimiter, from, "", limit);
                page = index.list(BUCKET, request);
                assertThat(shown(page)).isEqualTo(model.page(request));
                ListRequest more = new ListRequest(prefix, delimiter, from, "", limit + 1);
                assertThat(page.more()).isEqualTo(model.page(more).size() > limit);
                from = page.next();
            } while (page.more());
        }
    }

    @Provide
    Arbitrary<Integer> limits() {
        return Arbitraries.of(1, 2, 3, 7, 40);
    }

    /** Keys and prefixes in one order, as they were found. */
    private static List<String> shown(ListPage<ObjectVersion> page) {
        List<ObjectKey> shown = new ArrayList<>();
        page.items().forEach(item -> shown.add(item.key()));
        page.commonPrefixes().forEach(prefix -> shown.add(new ObjectKey(prefix)));
        shown.sort(Comparator.naturalOrder());
        return shown.stream().map(ObjectKey::value).toList();
    }

    @Property(tries = 100)
    void versionsAreRolledUpAsObjectsAre(
            @ForAll("keys") Set<String> keys,
            @ForAll("starts") String prefix,
            @ForAll("delimiters") String delimiter,
            @ForAll("limits") int limit) {
        try (Store store = MemoryStore.open()) {
            StoredIndex index = index(store);
            index.configure(
                    BUCKET, BucketSetting.VERSIONING, Optional.of("<Status>Enabled</Status>"));
            List<String> expected = new ArrayList<>();
            ListRequest all = new ListRequest(prefix, delimiter, "", "", 1000);
            List<ObjectKey> sorted = keys.stream().map(ObjectKey::new).sorted().toList();
            for (ObjectKey key : sorted) {
                put(index, key.value());
                put(index, key.value());
                String shown = ModelIndex.rolledUp(key.value(), all);
                if (!key.value().startsWith(prefix)) {
                    continue;
                }
                boolean isPrefix =
                        !delimiter.isEmpty()
                                && key.value().indexOf(delimiter, prefix.length()) >= 0;
                if (!isPrefix) {
                    expected.add(shown);
                    expected.add(shown);
                } else if (!expected.contains(shown + "*")) {
                    expected.add(shown + "*");
                }
            }
            List<String> found = new ArrayList<>();
            ListRequest request = new ListRequest(prefix, delimiter, "", "", limit);
            ListPage<ListedVersion> page;
            do {
                page = index.listVersions(BUCKET, request);
                assertThat(page.items().size() + page.commonPrefixes().size())
                        .isLessThanOrEqualTo(limit);
                page.items().forEach(item -> found.add(item.version().key().value()));
                page.commonPrefixes().forEach(one -> found.add(one + "*"));
                request = new ListRequest(prefix, delimiter, page.next(), page.nextId(), limit);
            } while (page.more());
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aVersionThatIsGoneStillSaysWhereTheNextPageBegins() {
        try (Store store = MemoryStore.open()) {
            StoredIndex index = index(store);
            put(index, "a");
            index.configure(
                    BUCKET, BucketSetting.VERSIONING, Optional.of("<Status>Enabled</Status>"));
            for (int i = 0; i < 4; i++) {
                put(index, "a");
            }
            ListRequest request = new ListRequest("", "", "", "", 1);
            for (int left = 5; left > 0; left--) {
                ListPage<ListedVersion> page = index.listVersions(BUCKET, request);
                VersionId id = page.items().getFirst().version().versionId();
                assertThat(page.items().getFirst().latest()).isTrue();
                assertThat(page.more()).isEqualTo(left > 1);
                index.deleteVersion(BUCKET, new ObjectKey("a"), id, false, Condition.NONE);
                request = new ListRequest("", "", page.next(), page.nextId(), 1);
            }
            index.deleteBucket(BUCKET);
        }
    }

    @Test
    void aPageOfPrefixesDoesNotReadWhatTheyStandFor() {
        try (Store store = MemoryStore.open()) {
            StoredIndex index = index(store);
            for (int folder = 0; folder < 3; folder++) {
                for (int i = 0; i < 300; i++) {
                    put(index, "f" + folder + "/" + i);
                }
            }
            CountingStore counting = new CountingStore(store);
            StoredIndex counted = new StoredIndex(counting, Time.system(), new Random(1));
            ListPage<ObjectVersion> page =
                    counted.list(BUCKET, new ListRequest("", "/", "", "", 1000));
            assertThat(page.commonPrefixes()).containsExactly("f0/", "f1/", "f2/");
            assertThat(counting.rows()).isLessThan(60);
        }
    }
}
