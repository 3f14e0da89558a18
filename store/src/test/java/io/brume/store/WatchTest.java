package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.store.memory.MemoryStore;
import io.brume.store.raft.ReplicatedStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
    private static String text(WatchEvent<String, String> event) {
        return switch (event) {
            case WatchEvent.Changed<String, String> changed -> {
                List<String> texts = new ArrayList<>();
                changed.changes().forEach(c -> texts.add(c.revision() + ":" + c.key()));
                yield String.join(" ", texts);
            }
            case WatchEvent.Resync<String, String> resync -> "resync " + resync.revision();
        };
    }

    private static void put(Store store, String key, int size) {
        store.update(tx -> tx.put(Fruit.NAMES, key, "x".repeat(size)));
    }

    @Test
    void aConsumerThatFellBehindIsToldToReadAgainAndThenGoesOn() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        try (Store store = MemoryStore.open();
                Watch watch =
                        store.watch(
                                Fruit.NAMES,
                                0,
                                event -> {
                                    told.add(text(event));
                                    stuck.countDown();
                                    try {
                                        release.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                })) {
            put(store, "first", 1);
            stuck.await();
            // More than the store remembers for those who follow.
            for (int i = 0; i < 20; i++) {
                put(store, "big-" + i, 1_000_000);
            }
            release.countDown();
            Awaitility.await().until(() -> watch.revision() == 21);
            put(store, "last", 1);
            Awaitility.await().until(() -> watch.revision() == 22);
            assertThat(told).containsExactly("1:first", "resync 21", "22:last");
        }
    }

    @Test
    void aConsumerThatThrewIsToldToReadAgain() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Store store = MemoryStore.open();
                Watch watch =
                        store.watch(
                                Fruit.NAMES,
                                0,
                                event -> {
                                    told.add(text(event));
                                    if (told.size() == 1) {
                                        throw new IllegalStateException("as told");
                                    }
                                })) {
            put(store, "first", 1);
            Awaitility.await().until(() -> watch.revision() == 1);
            assertThat(told).containsExactly("1:first", "resync 1");
        }
    }

    @Test
    void aConsumerMayCloseItsOwnWatch() {
        List<String> told = new CopyOnWriteArrayList<>();
        Watch[] watch = new Watch[1];
        try (Store store = MemoryStore.open()) {
            put(store, "zero", 1);
            watch[0] =
                    store.watch(
                            Fruit.NAMES,
                            store.revision(),
                            event -> {
                                told.add(text(event));
                                watch[0].close();
                            });
            put(store, "first", 1);
            Awaitility.await().until(() -> told.size() == 1);
            put(store, "second", 1);
        }
        assertThat(told).containsExactly("2:first");
    }

    @Test
    void aWatchGoesOnFromARevisionBeforeARestart(@TempDir Path directory) {
        long seen;
        try (ReplicatedStore store = TestStores.alone(directory)) {
            put(store, "a", 1);
            seen = store.revision();
            put(store, "b", 1);
        }
        List<String> told = new CopyOnWriteArrayList<>();
        try (ReplicatedStore store = TestStores.alone(directory);
                Watch watch = store.watch(Fruit.NAMES, seen, event -> told.add(text(event)))) {
            put(store, "c", 1);
            long last = store.revision();
            Awaitility.await().until(() -> watch.revision() == last);
            assertThat(String.join(" ", told)).isEqualTo("2:b 3:c");
        }
    }
}
