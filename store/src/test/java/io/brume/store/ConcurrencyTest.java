package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.store.memory.MemoryStore;
import io.brume.store.raft.ReplicatedStore;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once: whatever they saw has one explanation. */
class ConcurrencyTest {
    @Property(tries = 40)
    void inMemory(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 12) int clients,
            @ForAll @IntRange(min = 1, max = 10) int keys)
            throws Exception {
        try (Store store = MemoryStore.open()) {
            Workload.check(store, clients, 40, keys, seed >>> 40);
        }
    }

    @Test
    void onDisk(@TempDir Path directory) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong(1 << 20);
        try (ReplicatedStore store = TestStores.alone(directory, 200)) {
            History history = Workload.check(store, 24, 250, 8, seed);
            assertThat(history.size()).isEqualTo(24 * 250);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void onDiskAcrossRestarts(@TempDir Path directory) throws Exception {
        for (int round = 0; round < 3; round++) {
            try (ReplicatedStore store = TestStores.alone(directory, 50)) {
                if (round == 0) {
                    Workload.check(store, 8, 60, 8, round);
                } else {
                    Workload.run(any -> store, new History(), 8, 60, 8, round);
                }
            }
        }
        try (ReplicatedStore store = TestStores.alone(directory, 50)) {
            assertThat(Workload.rows(store)).isNotEmpty();
        }
    }
}
