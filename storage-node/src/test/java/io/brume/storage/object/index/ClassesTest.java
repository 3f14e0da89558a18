package io.brume.storage.object.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.index.Garbage.Kind;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.model.PartSummary;
import io.brume.storage.object.model.Restoration;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.model.Upload;
import io.brume.storage.object.model.UploadPart;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restorations and moves between classes, and that nothing they give up is forgotten. */
final class ClassesTest {
    private static final ObjectKey KEY = new ObjectKey("key");
    private static final int FEW = 2;
    private static final int MANY = 5000;

    private final StoredIndex index =
            new StoredIndex(MemoryStore.open(), Time.system(), new Random(3));
    private final long bucket =
            index.createBucket(TestObjects.BUCKET, TestObjects.OWNER, "", false, Map.of()).number();
    private final Instant due = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    private final Restoration.Ongoing order =
            new Restoration.Ongoing(due, due.plus(Duration.ofDays(1)));

    private ObjectVersion put(StorageClass storageClass, List<Blob> blobs) {
        var content =
                new ObjectContent(
                        blobs.size(), "e", storageClass, Optional.empty(), List.of(), blobs);
        return index.put(
                TestObjects.BUCKET,
                new NewObject(KEY, TestObjects.OWNER, content, Map.of(), Map.of(), Map.of()),
                Condition.NONE);
    }

    private boolean restore() {
        return index.restore(TestObjects.BUCKET, KEY, Optional.empty(), order);
    }

    private ObjectVersion now() {
        return index.find(TestObjects.BUCKET, KEY, Optional.empty()).orElseThrow();
    }

    private List<Blob> garbage() {
        var all = new ArrayList<Blob>();
        for (var kind : Kind.values()) {
            index.garbage(kind, TestObjects.LATER, 100_000).forEach(item -> all.add(item.blob()));
        }
        return all;
    }

    private boolean isNamed(Blob blob) {
        return index.isNamed(blob, new BlobClaim(bucket, KEY, Optional.empty()));
    }

    private static List<Blob> ends(List<Blob> blobs) {
        return blobs.isEmpty() ? blobs : List.of(blobs.getFirst(), blobs.getLast());
    }

    private void fails(IndexFault.Reason reason) {
        assertThatThrownBy(this::restore)
                .isInstanceOfSatisfying(
                        IndexFault.class, fault -> assertThat(fault.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, FEW, MANY})
    void aCopyIsMadeAndNamedAndGivenUp(int count) {
        fails(IndexFault.Reason.NO_SUCH_KEY);
        put(StorageClass.STANDARD, List.of());
        fails(IndexFault.Reason.NOT_ARCHIVED);
        var kept = TestObjects.blobs(count);
        put(StorageClass.GLACIER, kept);
        assertThat(restore()).isFalse();
        fails(IndexFault.Reason.RESTORE_IN_PROGRESS);
        assertThat(index.dueRestores(due.minusMillis(1), 9)).isEmpty();
        var restore = index.dueRestores(due, 9).getFirst();
        assertThat(restore.version().orElseThrow()).isEqualTo(now());
        var copy = TestObjects.blobs(count);
        assertThat(index.restored(restore, copy)).isTrue();
        assertThat(now().content().orElseThrow().readable().blobs()).isEqualTo(copy);
        assertThat(now().content().orElseThrow().blobs()).isEqualTo(kept);
        assertThat(ends(copy)).allMatch(this::isNamed);
        assertThat(now().isReadable(due)).isTrue();
        assertThat(now().isReadable(order.until())).isFalse();
        assertThat(index.restored(restore, copy)).isFalse();
        var end = index.dueRestores(order.until(), 9).getFirst();
        index.endRestore(end);
        assertThat(now().restoration()).isEmpty();
        assertThat(garbage()).containsExactlyInAnyOrderElementsOf(copy);
        assertThat(ends(kept)).allMatch(this::isNamed);
        assertThat(ends(copy)).noneMatch(this::isNamed);
        assertThat(index.dueRestores(TestObjects.LATER.minusMillis(1), 9)).isEmpty();
    }

    @Test
    void aCopyThatIsThereStaysLonger() {
        put(StorageClass.DEEP_ARCHIVE, TestObjects.blobs(1));
        restore();
        index.restored(index.dueRestores(due, 9).getFirst(), TestObjects.blobs(1));
        var longer = order.until().plus(Duration.ofDays(3));
        assertThat(
                        index.restore(
                                TestObjects.BUCKET,
                                KEY,
                                Optional.empty(),
                                new Restoration.Ongoing(due, longer)))
                .isTrue();
        assertThat(now().restoration().orElseThrow().until()).isEqualTo(longer);
        var stale = index.dueRestores(order.until(), 9).getFirst();
        assertThat(stale.version()).isEmpty();
        index.endRestore(stale);
        assertThat(now().isReadable(order.until())).isTrue();
        assertThat(garbage()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {FEW, MANY})
    void aCopyGoesWithItsVersion(int count) {
        var all = new ArrayList<>(TestObjects.blobs(count));
        put(StorageClass.GLACIER, all);
        restore();
        var copy = TestObjects.blobs(count);
        var restore = index.dueRestores(due, 9).getFirst();
        index.restored(restore, copy);
        all.addAll(copy);
        index.delete(TestObjects.BUCKET, KEY, TestObjects.OWNER, Condition.NONE);
        assertThat(garbage()).containsExactlyInAnyOrderElementsOf(all);
        assertThat(index.restored(restore, copy)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, FEW, MANY})
    void aMoveReplacesTheBlobsAlone(int count) {
        var kept = TestObjects.blobs(count);
        put(StorageClass.STANDARD, kept);
        var before = now();
        var moved = TestObjects.blobs(count);
        assertThat(index.move(TestObjects.BUCKET, before, StorageClass.GLACIER, moved)).isTrue();
        assertThat(index.move(TestObjects.BUCKET, before, StorageClass.GLACIER, moved)).isFalse();
        assertThat(now())
                .isEqualTo(
                        before.withContent(
                                before.content().orElseThrow().moved(StorageClass.GLACIER, moved)));
        assertThat(garbage()).containsExactlyInAnyOrderElementsOf(kept);
        put(StorageClass.STANDARD, List.of());
        assertThat(index.move(TestObjects.BUCKET, before, StorageClass.GLACIER, moved)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {FEW, 30})
    void thePartsOfAnUploadStay(int count) {
        var id = "u".repeat(32);
        index.beginUpload(
                TestObjects.BUCKET,
                new Upload(
                        KEY,
                        id,
                        TestObjects.OWNER,
                        due,
                        StorageClass.STANDARD,
                        Optional.empty(),
                        false,
                        Map.of(),
                        Map.of(),
                        Map.of()));
        var parts = new ArrayList<NamedPart>();
        for (int number = 2; number <= count + 1; number++) {
            index.putPart(
                    TestObjects.BUCKET,
                    KEY,
                    id,
                    new UploadPart(
                            number, number, "e", Optional.empty(), due, TestObjects.blobs(2)));
            parts.add(new NamedPart(number, "e"));
        }
        index.completeUpload(
                TestObjects.BUCKET,
                id,
                new NewObject(
                        KEY,
                        TestObjects.OWNER,
                        TestObjects.content("e", List.of()),
                        Map.of(),
                        Map.of(),
                        Map.of()),
                parts,
                Condition.NONE);
        var before = now();
        var kept = before.content().orElseThrow().blobs();
        assertThat(kept).hasSize(2 * count);
        var moved = TestObjects.blobs(7);
        assertThat(index.move(TestObjects.BUCKET, before, StorageClass.ONEZONE_IA, moved)).isTrue();
        var content = now().content().orElseThrow();
        assertThat(content.blobs()).isEqualTo(moved);
        assertThat(content.parts().stream().map(PartSummary::number).toList())
                .isEqualTo(parts.stream().map(NamedPart::number).toList());
        assertThat(moved).allMatch(this::isNamed);
        assertThat(garbage()).containsExactlyInAnyOrderElementsOf(kept);
        index.delete(TestObjects.BUCKET, KEY, TestObjects.OWNER, Condition.NONE);
        assertThat(garbage()).containsAll(moved);
    }
}
