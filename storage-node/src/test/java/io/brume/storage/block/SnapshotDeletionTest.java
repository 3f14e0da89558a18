package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Deleting the newest snapshot of a volume, when any one step of it fails. */
final class SnapshotDeletionTest {
    private static final Path FOLDER = Path.of("/blocks");
    private static final int PER_CHUNK = Blocks.CHUNK / Blocks.BLOCK;
    private static final int BLOCKS = 4 * PER_CHUNK;
    private static final int MOST_STEPS = 20;
    private static final int MORE_STEPS = 3;

    private SimulatedFiles files = new SimulatedFiles();
    private SimulatedRows rows = new SimulatedRows(files);

    private DiskBlockStore open() throws IOException {
        var options = new BlockOptions(1 << 20, 256 << 10, 4, 0, 1 << 21);
        return DiskBlockStore.open(FOLDER, files, rows, ChunkPeers.NONE, options, new Random(1));
    }

    private static void awaitComplete(DiskBlockStore store) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        store.snapshots().values().stream()
                                .allMatch(BlockStore.Snapshot::isComplete));
    }

    @Test
    void aFailureMakesNoOtherSnapshotWrong() throws Exception {
        int step = 0;
        while (fails(step)) {
            step++;
            assertThat(step).as("steps of a deletion").isLessThan(MOST_STEPS);
        }
        // Those that let it succeed, too.
        for (int more = 1; more < MORE_STEPS; more++) {
            assertThat(fails(step + more)).isFalse();
        }
        assertThat(step).as("steps of a deletion that may fail").isPositive();
    }

    /** Whether the deletion failed. */
    private boolean fails(int step) throws Exception {
        files = new SimulatedFiles();
        rows = new SimulatedRows(files);
        var model = new VolumeModel("vol-a", BLOCKS);
        Map<String, long[]> snapshots = new HashMap<>();
        DiskBlockStore store = open();
        Replica replica = store.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
        model.write(replica, 0, 10, 1);
        snapshots.put("snap-1", model.cut(replica, "snap-1"));
        model.write(replica, 0, 10, 2);
        snapshots.put("snap-2", model.cut(replica, "snap-2"));
        awaitComplete(store);

        files.failAt(step);
        boolean failed = false;
        try {
            store.deleteSnapshot("snap-2");
        } catch (IOException e) {
            failed = true;
        }
        files.failAt(-1);
        try {
            // Beside the chunk that the two differ in; the others let the journal be applied.
            model.write(replica, PER_CHUNK, 50, 3);
            for (int i = 0; i < 10; i++) {
                model.write(replica, 2 * PER_CHUNK, 50, 4 + i);
            }
        } catch (ReplicaException e) {
            assertThat(failed).as("whether the deletion failed before").isTrue();
        }

        SimulatedFiles after = files.powerCut(new Random(step));
        store.close();
        rows = rows.on(after);
        files = after;
        store = open();
        replica = store.replica("vol-a").orElseThrow();
        model.reopened(replica, true);
        snapshots.keySet().retainAll(store.snapshots().keySet());
        assertThat(snapshots).containsKey("snap-1");
        snapshots.put("snap-3", model.cut(replica, "snap-3"));
        awaitComplete(store);
        for (Map.Entry<String, long[]> snapshot : snapshots.entrySet()) {
            String id = "vol-of-" + snapshot.getKey();
            long bytes = (long) BLOCKS * Blocks.BLOCK;
            var copy = new VolumeModel(id, BLOCKS);
            copy.begin(snapshot.getValue());
            copy.checkAll(store.create(id, bytes, Optional.of(snapshot.getKey())));
        }
        store.close();
        return failed;
    }
}
