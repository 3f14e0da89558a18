package io.brume.storage.block.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.storage.block.files.FullDiskException;
import io.brume.storage.faults.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB on a real disk that somebody else fills to the last block. */
@Timeout(120)
final class RocksRowsFullDiskIT {
    private static final int KEYS = 400;
    private static final int ROUNDS = 3;
    private static final int MOST_BATCHES = 4000;
    private static final int MOST_RECOVERIES = 20;

    @TempDir Path folder;

    private final Random random = new Random(17);

    /** What each key must hold, and what the batch that failed would have made of some. */
    private final Map<Integer, byte[]> made = new HashMap<>();

    private final Map<Integer, byte[]> unsure = new HashMap<>();

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private void writeSome(RocksRows rows) throws IOException {
        var batch = new Rows.Batch();
        unsure.clear();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            int number = random.nextInt(KEYS);
            byte[] value = new byte[random.nextInt(8 << 10)];
            random.nextBytes(value);
            batch.put(key(number), value);
            unsure.put(number, value);
        }
        rows.write(batch);
        made.putAll(unsure);
        unsure.clear();
    }

    /** All of the batch that failed is there, or nothing. */
    private void check(RocksRows rows) throws IOException {
        int there = 0;
        for (Map.Entry<Integer, byte[]> each : unsure.entrySet()) {
            byte[] found = rows.get(key(each.getKey()));
            if (Arrays.equals(found, each.getValue())) {
                there++;
            } else {
                assertThat(found).isEqualTo(made.get(each.getKey()));
            }
        }
        assertThat(there).isIn(0, unsure.size());
        if (there > 0) {
            made.putAll(unsure);
        }
        unsure.clear();
        for (Map.Entry<Integer, byte[]> each : made.entrySet()) {
            assertThat(rows.get(key(each.getKey()))).isEqualTo(each.getValue());
        }
    }

    @Test
    void goesOnWhenThereIsSpaceAgain() throws Exception {
        try (var disk = new SmallDisk(folder, 96 << 20)) {
            Path home = Files.createDirectories(disk.mount().resolve("index"));
            try (RocksRows rows = RocksRows.open(home)) {
                for (int i = 0; i < 50; i++) {
                    writeSome(rows);
                }
                for (int round = 0; round < ROUNDS; round++) {
                    fillUntilNothingHelps(disk, rows);
                    disk.empty();
                    rows.recover();
                    check(rows);
                    for (int i = 0; i < 50; i++) {
                        writeSome(rows);
                    }
                    check(rows);
                }
            }
            try (RocksRows rows = RocksRows.open(home)) {
                check(rows);
            }
        }
    }

    /** The database may find space of its own when it is opened anew, in logs that it can drop. */
    private void fillUntilNothingHelps(SmallDisk disk, RocksRows rows) throws IOException {
        for (int i = 0; i < MOST_RECOVERIES; i++) {
            disk.fill();
            fillLog(rows);
            try {
                rows.recover();
            } catch (IOException e) {
                assertThat(FullDiskException.is(e)).as(e.toString()).isTrue();
                assertThatThrownBy(() -> rows.get(key(1))).matches(FullDiskException::is);
                return;
            }
            check(rows);
        }
        throw new AssertionError("a full disk always had space for the database");
    }

    /** Until the disk takes no more. */
    private void fillLog(RocksRows rows) {
        for (int i = 0; i < MOST_BATCHES; i++) {
            try {
                writeSome(rows);
            } catch (IOException e) {
                assertThat(FullDiskException.is(e)).as(e.toString()).isTrue();
                return;
            }
        }
        throw new AssertionError("a full disk took everything");
    }
}
