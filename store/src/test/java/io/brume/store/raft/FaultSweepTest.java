package io.brume.store.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.raft.LogPosition;
import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import io.brume.store.commit.Replica;
import io.brume.store.machine.Commit;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowView;
import io.brume.store.machine.RowsFailedException;
import io.brume.store.machine.Wire;
import io.brume.store.rocks.Disk;
import io.brume.store.rocks.DurableRows;
import io.brume.store.rocks.RocksRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * RELIABILITY's R15: a run of entries, checkpoints and an installed checkpoint, in which every
 * single disk operation fails once. Each failure surfaces, nothing goes on after it, and what is on
 * the disk then is brought to the right end by the log.
 */
class FaultSweepTest {
    private static final int ENTRIES = 14;
    private static final int INSTALL_AFTER = 8;
    private static final int INSTALLED = 11;

    @TempDir private Path directory;
    private final List<byte[]> log = new ArrayList<>();
    private final List<byte[]> answers = new ArrayList<>();
    private Map<Bytes, String> expected = new TreeMap<>();
    private Path donated = Path.of("");

    /** What happens without a fault, by which the others are judged. */
    @BeforeEach
    void runWithoutFault() throws IOException {
        for (int i = 0; i < ENTRIES; i++) {
            log.add(entry(i));
        }
        donated = directory.resolve("donated");
        Path home = directory.resolve("reference");
        try (DurableRows rows = RocksRows.open(home, Disk.system(), "reference")) {
            StoreState state = new StoreState(rows, new Replica(rows));
            for (int i = 0; i < ENTRIES; i++) {
                answers.add(state.apply(new LogPosition(1, i), log.get(i)));
                if (i == INSTALLED) {
                    state.checkpoint(donated);
                }
            }
            expected = all(rows);
            state.close();
        }
    }

    /** Two commits, of which some conflict. */
    private static byte[] entry(int number) {
        Bytes key = Bytes.copyOf(("k" + number % 5).getBytes(StandardCharsets.UTF_8));
        Map<Bytes, Optional<byte[]>> writes = new TreeMap<>();
        writes.put(key, Optional.of(("v" + number).getBytes(StandardCharsets.UTF_8)));
        writes.put(
                Bytes.copyOf(("k" + (number + 2) % 5).getBytes(StandardCharsets.UTF_8)),
                number % 3 == 0 ? Optional.empty() : Optional.of(new byte[] {(byte) number}));
        return Wire.entry(
                List.of(
                        Wire.encode(new Commit(number, List.of(key), List.of(), writes)),
                        Wire.encode(
                                new Commit(
                                        Math.max(0, number - 1),
                                        List.of(),
                                        List.of(KeyRange.prefix(key)),
                                        writes))));
    }

    private static Map<Bytes, String> all(DurableRows rows) {
        Map<Bytes, String> all = new TreeMap<>();
        try (RowView view = rows.view()) {
            for (Row row : view.scan(Bytes.EMPTY, null, 10_000)) {
                all.put(row.key(), Bytes.wrap(row.value()).toString());
            }
        }
        return all;
    }

    @Test
    void everyOperationMayFailOnce() throws IOException {
        int operations = 0;
        int unnoticed = 0;
        for (Faults.Mode mode : Faults.Mode.values()) {
            int last = 1;
            for (int failing = 1; failing <= last; failing++) {
                Faults faults = new Faults(failing, mode);
                String name = mode + "-" + failing;
                Path home = directory.resolve(name);
                boolean surfaced = run(home, faults, name);
                unnoticed += surfaced ? 0 : 1;
                recover(home, name);
                deleteTree(home);
                if (failing == 1) {
                    last = operationsWithoutFault(mode);
                    operations += last;
                }
            }
        }
        assertThat(operations).isGreaterThan(90);
        // Only the removal of the generation that an install has replaced may fail in silence:
        // the next start removes it.
        assertThat(unnoticed).isEqualTo(Faults.Mode.values().length - 1);
    }

    private int operationsWithoutFault(Faults.Mode mode) throws IOException {
        Faults counting = Faults.none();
        Path home = directory.resolve("counting-" + mode);
        assertThat(run(home, counting, "counting")).isFalse();
        deleteTree(home);
        return counting.count();
    }

    /**
     * Runs until the end or the failure. Closing keeps nothing that was not flushed, so that it
     * leaves the disk as a crash would.
     */
    private boolean run(Path home, Faults faults, String name) throws IOException {
        Files.createDirectories(home);
        try {
            DurableRows rows =
                    new FailingRows(
                            RocksRows.open(home.resolve("rows"), new FailingDisk(faults), name),
                            faults);
            StoreState state = new StoreState(rows, new Replica(rows));
            try {
                script(state, home);
                return false;
            } catch (RowsFailedException e) {
                int next = (int) state.position().index() + 1;
                if (next < ENTRIES - 1) {
                    stopped(state, next);
                }
                return true;
            } finally {
                state.close();
            }
        } catch (RowsFailedException e) {
            return true;
        }
    }

    private void script(StoreState state, Path live) {
        for (int i = 0; i < ENTRIES; i++) {
            if (i == INSTALL_AFTER) {
                state.install(donated);
                assertThat(state.position()).isEqualTo(new LogPosition(1, INSTALLED));
                i = INSTALLED + 1;
            }
            byte[] answer = state.apply(new LogPosition(1, i), log.get(i));
            assertThat(answer).as("answer " + i).isEqualTo(answers.get(i));
            if (i % 3 == 2) {
                state.checkpoint(live.resolve("checkpoint-" + i));
            }
        }
    }

    /** After a write that failed the machine knows nothing for certain, and refuses to go on. */
    private void stopped(StoreState state, int next) {
        try {
            byte[] answer = state.apply(new LogPosition(1, next), log.get(next));
            // It was a checkpoint or an install that failed: the rows are as they were.
            assertThat(answer).isEqualTo(answers.get(next));
        } catch (RowsFailedException e) {
            assertThatThrownBy(() -> state.apply(new LogPosition(1, next + 1), log.get(next)))
                    .isInstanceOf(RowsFailedException.class);
        }
    }

    /** A restart on a sound disk: the log brings what is missing, with the answers of before. */
    private void recover(Path home, String name) {
        DurableRows rows = RocksRows.open(home.resolve("rows"), Disk.system(), "recover");
        StoreState state = new StoreState(rows, new Replica(rows));
        try {
            for (int i = (int) state.position().index() + 1; i < ENTRIES; i++) {
                byte[] answer = state.apply(new LogPosition(1, i), log.get(i));
                assertThat(answer).as(name + " entry " + i).isEqualTo(answers.get(i));
            }
            assertThat(all(rows)).as(name).isEqualTo(expected);
        } finally {
            state.close();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
