package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.raft.RaftMember;
import io.brume.store.raft.ReplicatedStore;
import io.brume.store.raft.StoreRestore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    @TempDir private Path directory;

    @Test
    void aBackupUnderLoadIsOneRevisionAndBecomesAStoreThatGrows() throws Exception {
        Path backup = directory.resolve("backup");
        TreeMap<String, Cell> atBackup = new TreeMap<>();
        Backup made;
        try (ReplicatedStore store = TestStores.alone(directory.resolve("old"), 100);
                ExecutorService clients = Executors.newSingleThreadExecutor()) {
            History history = new History();
            Watch watch = store.watch(Cell.TABLE, 0, history::watched);
            Workload.run(any -> store, history, 4, 50, 10, 1);
            Future<?> load =
                    clients.submit(() -> {
                        Workload.run(any -> store, history, 4, 100, 10, 2);
                        return true;
                    });
            made = store.backup(backup);
            load.get();
            long last = store.revision();
            Awaitility.await().until(() -> watch.revision() >= last);
            watch.close();
            atBackup.putAll(history.rowsAt(made.revision()));
        }
        Path fresh = directory.resolve("new");
        long revision = StoreRestore.restore(backup, fresh.resolve("rows"), fresh.resolve("log"));
        assertThat(revision).isEqualTo(made.revision());
        RaftMember one = TestStores.member("fresh");
        try (ReplicatedStore store =
                TestStores.open(TestStores.settings(one, List.of(one), fresh, 100), fresh)) {
            assertThat(Workload.rows(store)).isEqualTo(atBackup);
            store.update(tx -> tx.put(Cell.TABLE, "later", new Cell("red", "later")));
            assertThat(store.revision()).isGreaterThan(revision);
            grow(store, one, atBackup.size() + 1);
        }
    }

    /** A new member learns also what was never in the new log. */
    private void grow(ReplicatedStore store, RaftMember one, int rows) {
        RaftMember two = TestStores.member("two");
        Path home = directory.resolve("two");
        try (ReplicatedStore joined =
                TestStores.open(TestStores.settings(two, List.of(), home, 100), home)) {
            store.changeMembers(List.of(one, two), TestStores.PATIENCE);
            assertThat(Workload.rows(joined)).hasSize(rows);
            store.changeMembers(List.of(one), TestStores.PATIENCE);
        }
    }

    @Test
    void aRestoreOverwritesNothing() throws IOException {
        Path home = directory.resolve("home");
        Path backup = directory.resolve("backup");
        try (ReplicatedStore store = TestStores.alone(home)) {
            store.update(tx -> tx.put(Fruit.NAMES, "a", "b"));
            store.backup(backup);
        }
        assertThatThrownBy(() ->
                        StoreRestore.restore(backup, home.resolve("rows"), home.resolve("log")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() ->
                        StoreRestore.restore(
                                directory.resolve("nothing"),
                                directory.resolve("x"),
                                directory.resolve("y")))
                .isInstanceOf(IOException.class);
        try (ReplicatedStore store = TestStores.alone(home)) {
            assertThat(store.<@Nullable String>view(tx -> tx.get(Fruit.NAMES, "a"))).isEqualTo("b");
        }
    }
}
