package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on the real disk, with the real index. */
final class SystemFilesStoreTest {
    private static final int BLOCKS = 3000;
    private static final BlockOptions OPTIONS =
            new BlockOptions(4 << 20, 4 << 20, 4, 1 << 20, 128 << 10);

    @TempDir Path folder;

    private DiskBlockStore open() throws Exception {
        return DiskBlockStore.open(folder, BlockFiles.system(), OPTIONS, new Random());
    }

    @Test
    void itKeepsVolumesAndSnapshotsOnTheRealDisk() throws Exception {
        var random = new Random(7);
        var model = new VolumeModel("vol-a", BLOCKS);
        long size = (long) BLOCKS * Blocks.BLOCK;
        long[] snapshot;
        try (DiskBlockStore store = open()) {
            Replica replica = store.create("vol-a", size, Optional.empty());
            replica.raise(3);
            for (int i = 0; i < 600; i++) {
                int count = 1 + random.nextInt(i % 10 == 0 ? 100 : 8);
                int from = random.nextInt(BLOCKS - count);
                if (i % 17 == 0) {
                    model.zero(replica, from, count, false);
                } else {
                    model.write(replica, from, count, 1 + random.nextInt(1 << 30));
                }
            }
            model.zero(replica, 100, 2000, false);
            snapshot = model.cut(replica, "snap-a");
            model.write(replica, 50, 100, 5);
            model.checkAll(replica);
        }
        try (DiskBlockStore store = open()) {
            Replica replica = store.replica("vol-a").orElseThrow();
            assertThat(replica.epoch()).isEqualTo(3);
            model.reopened(replica, false);
            model.checkAll(replica);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            store.snapshots().values().stream()
                                    .allMatch(BlockStore.Snapshot::isComplete));
            Replica copy = store.create("vol-b", size, Optional.of("snap-a"));
            var copyModel = new VolumeModel("vol-b", BLOCKS);
            copyModel.begin(snapshot);
            copyModel.checkAll(copy);
            copyModel.write(copy, 10, 60, 9);
            copyModel.checkAll(copy);
            store.deleteSnapshot("snap-a");
            copyModel.checkAll(copy);
            store.delete("vol-a");
            copyModel.checkAll(copy);
            store.delete("vol-b");
            assertThat(store.replicas()).isEmpty();
            assertThat(store.snapshots()).isEmpty();
        }
    }
}
