package io.brume.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.index.Garbage;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is garbage is freed before it is forgotten, by whoever leads. */
final class GarbageCollectorTest {
    private final InMemoryGarbage garbage = new InMemoryGarbage();
    private final FreedData data = new FreedData();
    private final AtomicBoolean leads = new AtomicBoolean(true);

    private static final class InMemoryGarbage implements Garbage {
        final Set<Long> left = new ConcurrentSkipListSet<>();
        volatile Kind kind = Kind.BRIEF;
        volatile Instant since = Instant.EPOCH;

        @Override
        public List<Item> garbage(Kind asked, Instant before, int limit) {
            return asked != kind || !since.isBefore(before)
                    ? List.of()
                    : left.stream().limit(limit).map(this::item).toList();
        }

        private Item item(long number) {
            return new Item(kind, since, blob(number));
        }

        @Override
        public void forget(Collection<Item> freed) {
            freed.forEach(item -> left.remove(item.blob().id().low()));
        }

        @Override
        public boolean isNamed(Blob blob, BlobClaim claim) {
            return false;
        }
    }

    private static final class FreedData implements ObjectData {
        final List<Blob> freed = new CopyOnWriteArrayList<>();
        volatile boolean failing;
        volatile boolean filling;

        @Override
        public ContentWriter write(BlobClaim claim, long expected, Redundancy redundancy) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ContentReader read(List<Blob> blobs, long offset, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void free(Collection<Blob> blobs) throws IOException {
            if (failing) {
                throw new IOException("the disk is busy");
            }
            freed.addAll(blobs);
        }

        @Override
        public boolean isFilling() {
            return filling;
        }
    }

    private static Blob blob(long number) {
        return new Blob(new BlobId(1, number), 100);
    }

    private GarbageCollector collector() {
        return new GarbageCollector(
                garbage,
                data,
                leads::get,
                new GarbageCollector.Options(
                        Duration.ofMillis(10), Duration.ofMinutes(1), Duration.ofHours(1)),
                Time.system());
    }

    @Test
    void freesAllThatThereIs() throws Exception {
        LongStream.range(0, 2500).forEach(garbage.left::add);
        try (var collector = collector()) {
            await().atMost(Duration.ofSeconds(10)).until(() -> garbage.left.isEmpty());
            assertThat(data.freed).hasSize(2500);
            assertThat(collector.freed()).isEqualTo(2500);
        }
    }

    @Test
    void whatIsReadForLongStaysAnHourUnlessADiskFillsUp() throws Exception {
        garbage.left.add(1L);
        garbage.kind = Garbage.Kind.LASTING;
        garbage.since = Instant.now().minus(Duration.ofMinutes(50));
        try (var collector = collector()) {
            await().during(Duration.ofMillis(150)).until(() -> collector.freed() == 0);
            data.filling = true;
            await().atMost(Duration.ofSeconds(10)).until(() -> collector.freed() == 1);
        }
    }

    @Test
    void whatSomebodyMayBeAboutToOpenStaysThoughTheDiskFillsUp() throws Exception {
        garbage.left.add(1L);
        garbage.since = Instant.now();
        data.filling = true;
        try (var collector = collector()) {
            await().during(Duration.ofMillis(150)).until(() -> collector.freed() == 0);
            garbage.since = Instant.now().minus(Duration.ofMinutes(2));
            await().atMost(Duration.ofSeconds(10)).until(() -> collector.freed() == 1);
        }
    }

    @Test
    void forgetsNothingThatCouldNotBeFreed() throws Exception {
        garbage.left.add(1L);
        data.failing = true;
        try (var collector = collector()) {
            await().during(Duration.ofMillis(100)).until(() -> garbage.left.contains(1L));
            data.failing = false;
            await().atMost(Duration.ofSeconds(10)).until(() -> collector.freed() == 1);
        }
    }

    @Test
    void onlyTheLeaderCollects() throws Exception {
        leads.set(false);
        garbage.left.add(1L);
        try (var collector = collector()) {
            await().during(Duration.ofMillis(100)).until(() -> collector.freed() == 0);
            leads.set(true);
            await().atMost(Duration.ofSeconds(10)).until(() -> collector.freed() == 1);
        }
    }
}
