package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What rots or is cut off under the store's owner is noticed, and never served. */
final class DamageTest {
    private static final Path FOLDER = Path.of("/blocks");
    private static final int BLOCKS = 400;
    private static final BlockOptions OPTIONS =
            new BlockOptions(1 << 20, 256 << 10, 4, 0, 16 * Blocks.BLOCK);

    private final SimulatedFiles files = new SimulatedFiles();
    private final SimulatedRows rows = new SimulatedRows(files);
    private final Random random = new Random(1);
    private final VolumeModel model = new VolumeModel("vol-a", BLOCKS);

    private DiskBlockStore open() throws IOException {
        return DiskBlockStore.open(FOLDER, files, rows, ChunkPeers.NONE, OPTIONS, random);
    }

    private DiskBlockStore filled() throws Exception {
        DiskBlockStore store = open();
        Replica replica = store.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(BLOCKS - 20);
            model.write(replica, from, 1 + random.nextInt(20), 1 + random.nextInt(1 << 30));
        }
        model.flush(replica);
        return store;
    }

    /** How many blocks the scrubber finds to be corrupt; all others are right. */
    private int corrupt(Replica replica) throws ReplicaException {
        int corrupt = 0;
        ByteBuffer room = ByteBuffer.allocateDirect(Long.BYTES + Blocks.BLOCK);
        for (int block = 0; block < BLOCKS; block++) {
            try {
                var _ = replica.scrub((long) block * Blocks.BLOCK, Blocks.BLOCK, room.clear());
                model.check(replica, block, 1);
            } catch (ReplicaException e) {
                assertThat(e.status()).isEqualTo(BlockStatus.CORRUPT);
                corrupt++;
            }
        }
        return corrupt;
    }

    @Test
    void aFlippedBitOfASegmentIsNoticed() throws Exception {
        filled().close();
        DiskBlockStore store = open();
        Replica replica = store.replica("vol-a").orElseThrow();
        List<Path> segments = List.copyOf(files.below(FOLDER.resolve("volumes"), ".data"));
        int flipped = 0;
        for (int i = 0; i < 100; i++) {
            Path path = segments.get(random.nextInt(segments.size()));
            files.flip(path, random.nextLong(files.size(path)), random.nextInt(8));
            flipped++;
        }
        int corrupt = corrupt(replica);
        assertThat(corrupt).isPositive().isLessThanOrEqualTo(flipped);
        assertThat(replica.corruptBlocks()).isEqualTo(corrupt);
        store.close();
    }

    @Test
    void aFlippedBitOfASumIsNoticed() throws Exception {
        filled().close();
        for (Path path : files.below(FOLDER.resolve("volumes"), ".sums")) {
            for (int i = 0; i < 20; i++) {
                files.flip(path, random.nextLong(files.size(path)), random.nextInt(8));
            }
        }
        DiskBlockStore store = open();
        assertThat(corrupt(store.replica("vol-a").orElseThrow())).isPositive();
        store.close();
    }

    @Test
    void aCorruptBlockIsRightAgainWhenItIsWrittenAnew() throws Exception {
        filled().close();
        DiskBlockStore store = open();
        Replica replica = store.replica("vol-a").orElseThrow();
        for (Path path : files.below(FOLDER.resolve("volumes"), ".data")) {
            files.flip(path, 5, 1);
        }
        assertThat(corrupt(replica)).isPositive();
        for (int from = 0; from < BLOCKS; from += 10) {
            model.write(replica, from, 10, 77);
        }
        assertThat(corrupt(replica)).isZero();
        store.close();
    }

    @Test
    void aRepairIsNotNumberedAndSurvivesARestart() throws Exception {
        DiskBlockStore store = filled();
        Replica replica = store.replica("vol-a").orElseThrow();
        ByteBuffer bytes = ByteBuffer.allocateDirect(Blocks.BLOCK);
        VolumeModel.fill(4711, 7, bytes);
        ByteBuffer sums = ByteBuffer.allocateDirect(Long.BYTES);
        sums.putLong(0, Blocks.sum(bytes.flip()));
        replica.write(0, 7L * Blocks.BLOCK, sums, bytes.rewind());
        assertThat(replica.lastSequence()).isEqualTo(200);
        replica.flush();
        store.close();
        store = open();
        replica = store.replica("vol-a").orElseThrow();
        assertThat(replica.lastSequence()).isEqualTo(200);
        ByteBuffer into = ByteBuffer.allocate(Long.BYTES + Blocks.BLOCK);
        assertThat(replica.read(7L * Blocks.BLOCK, Blocks.BLOCK, into)).isTrue();
        assertThat(into.getLong(0)).isEqualTo(sums.getLong(0));
        store.close();
    }

    @Test
    void aCutTailOfTheJournalLosesNothingThatWasFlushed() throws Exception {
        filled().close();
        for (Path path : files.below(FOLDER.resolve("journal"), ".log")) {
            files.tear(path, 1 + random.nextInt(5000));
        }
        DiskBlockStore store = open();
        Replica replica = store.replica("vol-a").orElseThrow();
        model.reopened(replica, true);
        model.checkAll(replica);
        store.close();
    }

    @Test
    void aFlippedBitOfTheJournalIsNeverServed() throws Exception {
        filled().close();
        List<Path> logs = List.copyOf(files.below(FOLDER.resolve("journal"), ".log"));
        Path log = logs.get(random.nextInt(logs.size()));
        files.flip(log, 512L + random.nextInt(100_000), random.nextInt(8));
        try (DiskBlockStore store = open()) {
            // Either the block says so, or the log ends before, and the coordinator sees that.
            Replica replica = store.replica("vol-a").orElseThrow();
            if (replica.lastSequence() == 200) {
                assertThat(corrupt(replica)).isLessThanOrEqualTo(1);
            } else {
                assertThat(replica.lastSequence()).isLessThan(200);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("damaged");
        }
    }

    @Test
    void aReplicaThatCannotBeLoadedStopsNoOther() throws Exception {
        DiskBlockStore store = filled();
        store.create("vol-b", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
        var other = new VolumeModel("vol-b", BLOCKS);
        other.write(store.replica("vol-b").orElseThrow(), 3, 5, 42);
        store.close();
        Path file = FOLDER.resolve("volumes/vol-a/replica");
        for (int at = 0; at < files.size(file); at += 7) {
            files.flip(file, at, 3);
        }
        store = open();
        assertThat(store.replica("vol-a")).isEmpty();
        Replica replica = store.replica("vol-b").orElseThrow();
        other.reopened(replica, false);
        other.checkAll(replica);
        DiskBlockStore opened = store;
        assertThatThrownBy(() ->
                        opened.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty()))
                .hasMessageContaining("its replica is damaged");
        store.delete("vol-a");
        replica = store.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
        new VolumeModel("vol-a", BLOCKS).checkAll(replica);
        store.close();
        store = open();
        assertThat(store.replicas()).containsOnlyKeys("vol-a", "vol-b");
        store.close();
    }

    @Test
    void aFullDiskRefusesAndLosesNothing() throws Exception {
        DiskBlockStore store = filled();
        Replica replica = store.replica("vol-a").orElseThrow();
        files.free(0);
        try {
            for (int i = 0; i < 200; i++) {
                model.write(replica, 0, 10, 5);
            }
            throw new AssertionError("a full disk took everything");
        } catch (ReplicaException e) {
            assertThat(e.status()).isEqualTo(BlockStatus.NO_SPACE);
        }
        model.forgetUnanswered();
        model.flush(replica);
        model.checkAll(replica);
        files.free(1L << 40);
        model.write(replica, 3, 4, 9);
        model.checkAll(replica);
        store.close();
    }
}
