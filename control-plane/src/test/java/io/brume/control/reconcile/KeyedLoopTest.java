package io.brume.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedLoopTest {
    @Test
    void wakesBetweenTurnsMakeOneTurn() throws Exception {
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        List<String> turns = new CopyOnWriteArrayList<>();
        try (var loop =
                new KeyedLoop<String>(
                        "test",
                        Time.system(),
                        key -> {
                            turns.add(key);
                            started.countDown();
                            go.await();
                            return null;
                        })) {
            loop.start();
            loop.wake("a");
            started.await();
            for (int i = 0; i < 100; i++) {
                loop.wake("b");
            }
            go.countDown();
            loop.wake("c");
            await().until(() -> turns.contains("c"));
        }

        assertThat(turns).containsExactly("a", "b", "c");
    }

    @Test
    void aTurnThatFailsIsTriedAgain() {
        var tries = new AtomicInteger();
        try (var loop =
                new KeyedLoop<String>(
                        "test",
                        Time.system(),
                        _ -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                            return null;
                        })) {
            loop.start();
            loop.wake("a");
            await().atMost(Duration.ofSeconds(10)).until(() -> tries.get() == 3);
        }
    }

    @Test
    void aKeyMayAskForAnotherTurn() {
        var turns = new ConcurrentHashMap<String, Integer>();
        try (var loop =
                new KeyedLoop<String>(
                        "test",
                        Time.system(),
                        key -> {
                            turns.merge(key, 1, Integer::sum);
                            return Duration.ofMillis(5);
                        })) {
            loop.start();
            loop.wake("a");
            loop.wake("b");
            await().until(() -> turns.getOrDefault("a", 0) > 3 && turns.getOrDefault("b", 0) > 3);
        }
    }
}
