package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.raft.RaftMember;
import io.brume.store.raft.ReplicatedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of several members in one program. */
class StoreGroupIT {
    private static final Duration PATIENCE = TestStores.PATIENCE;
    private static final long CHECKPOINT_EVERY = 40;

    @TempDir private Path directory;
    private final Map<String, ReplicatedStore> stores = new ConcurrentHashMap<>();
    private final Map<String, RaftMember> members = new ConcurrentHashMap<>();

    @AfterEach
    void closeAll() {
        stores.values().forEach(ReplicatedStore::close);
    }

    private ReplicatedStore open(String name, boolean founds) {
        RaftMember self = members.computeIfAbsent(name, TestStores::member);
        Path home = directory.resolve(name);
        ReplicatedStore store =
                TestStores.open(
                        TestStores.settings(
                                self, founds ? List.of(self) : List.of(), home, CHECKPOINT_EVERY),
                        home);
        stores.put(name, store);
        return store;
    }

    private void close(String name) {
        ReplicatedStore store = stores.remove(name);
        if (store != null) {
            store.close();
        }
    }

    private ReplicatedStore leader() {
        for (ReplicatedStore store : stores.values()) {
            if (store.leads()) {
                return store;
            }
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> stores.values().stream().anyMatch(ReplicatedStore::leads));
        return stores.values().stream().filter(ReplicatedStore::leads).findAny().orElseThrow();
    }

    private ReplicatedStore store(String name) {
        return Objects.requireNonNull(stores.get(name));
    }

    private String nameOf(ReplicatedStore store) {
        return stores.entrySet().stream()
                .filter(each -> each.getValue() == store)
                .map(Map.Entry::getKey)
                .findAny()
                .orElseThrow();
    }

    private List<RaftMember> named(String... names) {
        return Stream.of(names).map(members::get).toList();
    }

    private void write(int from, int count) {
        for (int i = from; i < from + count; i++) {
            String name = "n" + i;
            leader().update(tx -> tx.put(Fruit.NAMES, name, "v".repeat(2000)));
        }
    }

    private static long count(Store store) {
        return store.view(tx -> tx.stream(Fruit.NAMES, KeyRange.all()).count());
    }

    private void growToThree() {
        open("a", true);
        write(0, 60);
        open("b", false);
        open("c", false);
        store("a").changeMembers(named("a", "b", "c"), PATIENCE);
    }

    @Test
    void aGroupOfOneGrowsLosesItsFounderAndTakesItBackByItsCheckpoint() throws IOException {
        growToThree();
        assertThat(store("a").members()).containsExactly("a", "b", "c");
        write(60, 10);
        for (ReplicatedStore each : stores.values()) {
            assertThat(count(each)).isEqualTo(70);
        }
        String first = nameOf(leader());
        long before = System.nanoTime();
        close(first);
        write(70, 1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        // Enough for several files of the log, which are removed: the old leader is behind them.
        write(71, 150);
        leader().checkpoint(PATIENCE);
        ReplicatedStore back = open(first, first.equals("a"));
        Awaitility.await().atMost(PATIENCE).until(() -> back.revision() == leader().revision());
        assertThat(count(back)).isEqualTo(221);
        write(221, 5);
        assertThat(count(back)).isEqualTo(226);

        ReplicatedStore blank = open("d", false);
        leader().changeMembers(named("a", "b", "c", "d"), PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(() -> blank.revision() == leader().revision());
        assertThat(count(blank)).isEqualTo(226);
        assertThat(Files.exists(directory.resolve("d").resolve("rows").resolve("current")))
                .isTrue();
        leader().changeMembers(named("b", "c", "d"), PATIENCE);
        write(226, 1);
        assertThat(count(blank)).isEqualTo(227);
    }

    @Test
    void aFollowerReadsButNamesTheLeaderToWhoeverWrites() {
        growToThree();
        ReplicatedStore leader = leader();
        String name = nameOf(leader);
        ReplicatedStore follower =
                stores.values().stream().filter(each -> each != leader).findAny().orElseThrow();
        assertThat(count(follower)).isEqualTo(60);
        assertThatThrownBy(() -> follower.update(tx -> tx.put(Fruit.NAMES, "x", "y")))
                .isInstanceOfSatisfying(
                        NotLeaderException.class, e -> assertThat(e.leader()).isEqualTo(name));
        String next = nameOf(follower);
        leader.transferLeadership(next, PATIENCE);
        Awaitility.await().atMost(PATIENCE).until(follower::leads);
        follower.update(tx -> tx.put(Fruit.NAMES, "x", "y"));
        assertThat(count(leader)).isEqualTo(61);
    }

    @Test
    void whateverClientsSawWhileLeadersChangedHasOneExplanation() throws Exception {
        growToThree();
        History history = new History();
        List<String> names = List.of("a", "b", "c");
        Watch watch = store("a").watch(Cell.TABLE, 0, history::watched);
        try (ExecutorService clients = Executors.newSingleThreadExecutor()) {
            Future<?> load =
                    clients.submit(() -> {
                        Workload.run(any -> store(names.get(any % 3)), history, 12, 400, 8, 1);
                        return true;
                    });
            int turn = 0;
            while (!load.isDone()) {
                ReplicatedStore next = store(names.get(turn++ % 3));
                ReplicatedStore leader = leader();
                if (next != leader && leader.leads()) {
                    try {
                        leader.transferLeadership(nameOf(next), PATIENCE);
                    } catch (StoreUnavailableException e) {
                        // Another election came first: the next turn tries again.
                        assertThat(e).isNotNull();
                    }
                }
            }
            load.get();
        }
        long last = leader().revision();
        Awaitility.await().atMost(PATIENCE).until(() -> watch.revision() >= last);
        watch.close();
        history.check(Workload.rows(store("b")));
        List<History.Deed> committed = new ArrayList<>(history.deeds());
        committed.removeIf(deed -> deed.end() != History.End.COMMITTED);
        assertThat(committed).isNotEmpty();
    }
}
