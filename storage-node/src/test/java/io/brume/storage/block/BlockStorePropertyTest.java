package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random changes, restarts, power cuts and failures against a model. The seed of a failure is in
 * its message; the applier is a thread of its own, so a seed is a strong hint, not a recording.
 */
final class BlockStorePropertyTest {
    private static final Path FOLDER = Path.of("/blocks");
    private static final BlockOptions SMALL = new BlockOptions(1 << 20, 256 << 10, 4, 0, 1 << 21);
    private static final BlockOptions IN_PLACE =
            new BlockOptions(1 << 20, 256 << 10, 4, 0, 4 * Blocks.BLOCK);
    private static final int BLOCKS = 700;

    private static DiskBlockStore open(SimulatedFiles files, long seed) throws IOException {
        BlockOptions options = seed % 3 == 0 ? SMALL : IN_PLACE;
        return DiskBlockStore.open(
                FOLDER,
                files,
                new SimulatedRows(files),
                ChunkPeers.NONE,
                options,
                new Random(seed));
    }

    private static List<VolumeModel> create(DiskBlockStore store) throws IOException {
        List<VolumeModel> models = new ArrayList<>();
        for (String id : List.of("vol-a", "vol-b")) {
            var model = new VolumeModel(id, BLOCKS);
            store.create(id, (long) BLOCKS * Blocks.BLOCK, Optional.empty());
            models.add(model);
        }
        return models;
    }

    private static Replica replica(DiskBlockStore store, VolumeModel model) {
        return store.replica(model.volumeId).orElseThrow();
    }

    private static void change(Random random, DiskBlockStore store, VolumeModel model)
            throws ReplicaException {
        Replica replica = replica(store, model);
        int from = random.nextInt(BLOCKS);
        int most = Math.min(BLOCKS - from, random.nextInt(8) == 0 ? 60 : 6);
        int count = 1 + random.nextInt(most);
        switch (random.nextInt(12)) {
            case 0 -> model.zero(replica, from, count, random.nextBoolean());
            case 1, 2 -> model.flush(replica);
            case 3, 4 -> model.check(replica, from, count);
            default -> model.write(replica, from, count, 1 + random.nextInt(1 << 30));
        }
    }

    private interface Round {
        void run(Random random, long seed) throws Exception;
    }

    /** More rounds than the build takes: {@code -Dbrume.rounds=10}. */
    private static final int ROUNDS = Integer.getInteger("brume.rounds", 1);

    private static void seeds(int from, int to, Round round) {
        for (long seed = from; seed < (long) to * ROUNDS; seed++) {
            try {
                round.run(new Random(seed), seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void aRestartLosesNothing() {
        seeds(
                0,
                15,
                (random, seed) -> {
                    var files = new SimulatedFiles();
                    DiskBlockStore store = open(files, seed);
                    List<VolumeModel> models = create(store);
                    for (int round = 0; round < 3; round++) {
                        for (int i = random.nextInt(300); i > 0; i--) {
                            change(random, store, models.get(random.nextInt(2)));
                        }
                        store.close();
                        store = open(files, seed);
                        for (VolumeModel model : models) {
                            model.reopened(replica(store, model), false);
                            model.checkAll(replica(store, model));
                        }
                    }
                    store.close();
                });
    }

    @Test
    void aPowerCutLosesNothingThatWasFlushed() {
        seeds(
                0,
                200,
                (random, seed) -> {
                    var files = new SimulatedFiles();
                    DiskBlockStore store = open(files, seed);
                    List<VolumeModel> models = create(store);
                    for (int round = 0; round < 2; round++) {
                        files.dieAt(random.nextInt(300));
                        try {
                            for (int i = 0; i < 400; i++) {
                                change(random, store, models.get(random.nextInt(2)));
                            }
                        } catch (ReplicaException e) {
                            assertThat(e.status()).isEqualTo(BlockStatus.IO_ERROR);
                        }
                        files = files.powerCut(random);
                        store.close();
                        if (random.nextInt(3) == 0) {
                            files = cutWhileStarting(random, files, seed);
                        }
                        store = open(files, seed);
                        for (VolumeModel model : models) {
                            model.reopened(replica(store, model), true);
                            model.checkAll(replica(store, model));
                        }
                    }
                    store.close();
                });
    }

    private static SimulatedFiles cutWhileStarting(Random random, SimulatedFiles files, long seed) {
        files.dieAt(random.nextInt(60));
        try {
            open(files, seed).close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
        return files.powerCut(random);
    }

    @Test
    void whicheverOperationFailsNothingFlushedIsLost() {
        // Each k for the first operations, then samples, since a run has some thousands.
        seeds(
                0,
                160,
                (random, seed) -> {
                    var files = new SimulatedFiles();
                    DiskBlockStore store = open(files, seed);
                    List<VolumeModel> models = create(store);
                    files.failAt(seed < 80 ? seed : random.nextInt(700));
                    boolean failed = false;
                    try {
                        for (int i = 0; i < 400; i++) {
                            change(random, store, models.get(random.nextInt(2)));
                        }
                    } catch (ReplicaException e) {
                        assertThat(e.status()).isEqualTo(BlockStatus.IO_ERROR);
                        failed = true;
                    }
                    if (failed) {
                        assertThat(store.failure()).isPresent();
                    }
                    // What a failed fsync has forgotten is not on the disk, whatever the page cache
                    // says.
                    files.failAt(-1);
                    SimulatedFiles after = files.powerCut(random);
                    store.close();
                    store = open(after, seed);
                    for (VolumeModel model : models) {
                        model.reopened(replica(store, model), true);
                        model.checkAll(replica(store, model));
                    }
                    store.close();
                });
    }
}
