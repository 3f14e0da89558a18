package io.brume.storage.block;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.files.FullDiskException;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random changes, cuts, copies and deletions on a disk that is full again and again, wherever it
 * hurts: in segments, chunks, the index, the journal. Nothing that was answered is lost, everything
 * that was begun gets done when there is space, and the store never ends.
 */
final class FullDiskPropertyTest {
    private static final Path FOLDER = Path.of("/blocks");
    private static final int BLOCKS = SnapshotPropertyTest.BLOCKS;
    private static final long BYTES = (long) BLOCKS * Blocks.BLOCK;
    private static final int ROUNDS = Integer.getInteger("brume.rounds", 1);

    private SimulatedFiles files = new SimulatedFiles();
    private SimulatedRows rows = new SimulatedRows(files);
    private Random random = new Random();
    private final Map<String, VolumeModel> volumes = new HashMap<>();
    private final Map<String, long[]> snapshots = new HashMap<>();

    /** Whose deletion was refused: it may have happened. */
    private final Set<String> deleting = new HashSet<>();

    private int refusedWrites;
    private int refusedDeletions;
    private int refusedCopies;
    private long refusedBatches;

    private DiskBlockStore open(long seed) throws IOException {
        int inPlace = seed % 2 == 0 ? 1 << 21 : 4 * Blocks.BLOCK;
        var options = new BlockOptions(1 << 20, 256 << 10, 4, 0, inPlace);
        return DiskBlockStore.open(FOLDER, files, rows, ChunkPeers.NONE, options, new Random(seed));
    }

    @Test
    void aFullDiskMakesEverythingWaitAndLosesNothing() {
        for (long seed = Long.getLong("brume.seed", 0); seed < 24L * ROUNDS; seed++) {
            try {
                run(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        // What was never refused proves nothing.
        assertThat(refusedWrites).isPositive();
        assertThat(refusedBatches).isGreaterThan(10);
        assertThat(refusedDeletions + refusedCopies).isPositive();
    }

    private void run(long seed) throws Exception {
        files = new SimulatedFiles();
        rows = new SimulatedRows(files);
        random = new Random(seed);
        volumes.clear();
        snapshots.clear();
        deleting.clear();
        DiskBlockStore store = open(seed);
        store.create("vol-a", BYTES, Optional.empty());
        volumes.put("vol-a", new VolumeModel("vol-a", BLOCKS));
        for (int round = 0; round < 5; round++) {
            files.fullAt(random.nextInt(120), 1 + random.nextInt(7), random.nextInt(3) == 0);
            for (int i = 0; i < 60; i++) {
                step(store, round + "-" + i);
            }
        }
        // Whatever still waits has space from here on.
        files.fullAt(0, 0, false);
        if (seed % 4 == 0) {
            store = cutPower(store, seed);
        }
        finish(store);
        store.close();
        refusedBatches += rows.refused();
    }

    private void step(DiskBlockStore store, String name) throws Exception {
        switch (random.nextInt(24)) {
            case 0, 1 -> {
                VolumeModel model = requireNonNull(volumes.get("vol-a"));
                snapshots.put("snap-" + name, model.cut(replica(store, model), "snap-" + name));
            }
            case 2 -> any(List.copyOf(snapshots.keySet())).ifPresent(id -> delete(store, id));
            case 3 -> copy(store, "vol-" + name);
            case 4 ->
                    any(volumes.keySet().stream().filter(id -> !id.equals("vol-a")).toList())
                            .ifPresent(id -> forget(store, id));
            default -> change(store, any(List.copyOf(volumes.values())).orElseThrow());
        }
    }

    private <T> Optional<T> any(List<T> of) {
        return of.isEmpty() ? Optional.empty() : Optional.of(of.get(random.nextInt(of.size())));
    }

    private static Replica replica(DiskBlockStore store, VolumeModel model) {
        return store.replica(model.volumeId).orElseThrow();
    }

    private void change(DiskBlockStore store, VolumeModel model) throws ReplicaException {
        try {
            SnapshotPropertyTest.change(random, replica(store, model), model);
        } catch (ReplicaException e) {
            assertThat(e).hasMessageContaining("full");
            assertThat(e.status()).isEqualTo(BlockStatus.NO_SPACE);
            model.forgetUnanswered();
            refusedWrites++;
        }
    }

    private void delete(DiskBlockStore store, String snapshotId) {
        snapshots.remove(snapshotId);
        try {
            store.deleteSnapshot(snapshotId);
        } catch (IOException e) {
            assertThat(FullDiskException.is(e)).as(e.toString()).isTrue();
            deleting.add(snapshotId);
            refusedDeletions++;
        }
    }

    private void copy(DiskBlockStore store, String volumeId) {
        Optional<String> from =
                any(snapshots.keySet().stream().filter(id -> isComplete(store, id)).toList());
        if (from.isEmpty() || volumes.size() > 4) {
            return;
        }
        try {
            store.create(volumeId, BYTES, from);
            var model = new VolumeModel(volumeId, BLOCKS);
            model.begin(requireNonNull(snapshots.get(from.get())));
            volumes.put(volumeId, model);
        } catch (IOException e) {
            assertThat(FullDiskException.is(e)).as(e.toString()).isTrue();
            assertThat(store.replica(volumeId)).isEmpty();
            refusedCopies++;
        }
    }

    private static boolean isComplete(DiskBlockStore store, String snapshotId) {
        BlockStore.Snapshot found = store.snapshots().get(snapshotId);
        return found != null && found.isComplete();
    }

    /** Deletes a volume: its files go even if its rows cannot yet. */
    private void forget(DiskBlockStore store, String volumeId) {
        volumes.remove(volumeId);
        try {
            store.delete(volumeId);
        } catch (IOException e) {
            assertThat(FullDiskException.is(e)).as(e.toString()).isTrue();
            refusedDeletions++;
        }
        assertThat(store.replica(volumeId)).isEmpty();
        assertThat(files.below(FOLDER.resolve("volumes").resolve(volumeId), "")).isEmpty();
    }

    private DiskBlockStore cutPower(DiskBlockStore store, long seed) throws Exception {
        assertThat(store.failure()).isEmpty();
        SimulatedFiles after = files.powerCut(random);
        store.close();
        rows = rows.on(after);
        files = after;
        DiskBlockStore opened = open(seed);
        for (VolumeModel model : volumes.values()) {
            model.reopened(replica(opened, model), true);
        }
        return opened;
    }

    private void finish(DiskBlockStore store) throws Exception {
        for (String id : deleting) {
            store.deleteSnapshot(id);
        }
        SnapshotPropertyTest.awaitComplete(store);
        assertThat(store.failure()).isEmpty();
        assertThat(store.snapshots().keySet()).isEqualTo(snapshots.keySet());
        for (VolumeModel model : volumes.values()) {
            model.checkAll(replica(store, model));
        }
        for (Map.Entry<String, long[]> snapshot : snapshots.entrySet()) {
            String id = "vol-of-" + snapshot.getKey();
            Replica copy = store.create(id, BYTES, Optional.of(snapshot.getKey()));
            var model = new VolumeModel(id, BLOCKS);
            model.begin(snapshot.getValue());
            model.checkAll(copy);
            store.delete(id);
        }
        for (String id : Set.copyOf(volumes.keySet())) {
            store.delete(id);
        }
        assertThat(files.below(FOLDER.resolve("chunks"), ".chunk"))
                .hasSize(SnapshotPropertyTest.distinct(snapshots.values()));
        for (String id : snapshots.keySet()) {
            store.deleteSnapshot(id);
        }
        assertThat(rows.size()).as("rows left").isZero();
        assertThat(files.below(FOLDER.resolve("chunks"), ".chunk")).isEmpty();
    }
}
