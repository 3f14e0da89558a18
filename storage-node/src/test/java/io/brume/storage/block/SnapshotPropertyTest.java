package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.chunk.ChunkPeers;
import io.brume.storage.block.files.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Snapshots under random changes, deletions and power cuts, against a model. */
final class SnapshotPropertyTest {
    private static final Path FOLDER = Path.of("/blocks");
    static final int BLOCKS = 900;
    private static final int PER_CHUNK = Blocks.CHUNK / Blocks.BLOCK;
    private static final int ROUNDS = Integer.getInteger("brume.rounds", 1);

    private SimulatedFiles files = new SimulatedFiles();
    private SimulatedRows rows = new SimulatedRows(files);

    private DiskBlockStore open(long seed) throws IOException {
        var options =
                new BlockOptions(
                        1 << 20, 256 << 10, 4, 0, seed % 2 == 0 ? 1 << 21 : 4 * Blocks.BLOCK);
        return DiskBlockStore.open(FOLDER, files, rows, ChunkPeers.NONE, options, new Random(seed));
    }

    private void fresh() {
        files = new SimulatedFiles();
        rows = new SimulatedRows(files);
    }

    static void change(Random random, Replica replica, VolumeModel model) throws ReplicaException {
        int from = random.nextInt(BLOCKS);
        int most = Math.min(BLOCKS - from, random.nextInt(8) == 0 ? 150 : 6);
        int count = 1 + random.nextInt(most);
        switch (random.nextInt(10)) {
            case 0 -> model.zero(replica, from, count, false);
            case 1 -> model.flush(replica);
            case 2 -> model.check(replica, from, count);
            default -> model.write(replica, from, Math.min(count, 50), 1 + random.nextInt(1 << 30));
        }
    }

    static void awaitComplete(DiskBlockStore store) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        store.snapshots().values().stream()
                                .allMatch(BlockStore.Snapshot::isComplete));
    }

    /** Makes a volume from a snapshot and compares; then changes it, compares, and deletes it. */
    private static void checkSnapshot(
            DiskBlockStore store, String snapshotId, long[] seeds, Random random) throws Exception {
        String id = "vol-of-" + snapshotId;
        Replica copy = store.create(id, (long) BLOCKS * Blocks.BLOCK, Optional.of(snapshotId));
        var model = new VolumeModel(id, BLOCKS);
        model.begin(seeds);
        model.checkAll(copy);
        for (int i = random.nextInt(40); i > 0; i--) {
            change(random, copy, model);
        }
        model.checkAll(copy);
        store.delete(id);
    }

    /** The chunks that the snapshots left must have, each once. */
    static int distinct(Iterable<long[]> snapshots) {
        Set<String> chunks = new HashSet<>();
        for (long[] seeds : snapshots) {
            for (int from = 0; from < BLOCKS; from += PER_CHUNK) {
                long[] chunk = Arrays.copyOfRange(seeds, from, Math.min(BLOCKS, from + PER_CHUNK));
                if (Arrays.stream(chunk).anyMatch(seed -> seed != 0)) {
                    chunks.add(CONTENTS.computeIfAbsent(key(chunk, from), key -> hash(key)));
                }
            }
        }
        return chunks.size();
    }

    private static final Map<List<Long>, String> CONTENTS = new HashMap<>();

    private static List<Long> key(long[] chunk, int from) {
        List<Long> key = new ArrayList<>(Arrays.stream(chunk).boxed().toList());
        key.add((long) from);
        return key;
    }

    /** By content: what a write cut off in place left may be the old block, or the new one. */
    private static String hash(List<Long> key) {
        ByteBuffer content = ByteBuffer.allocate(Blocks.CHUNK);
        int from = key.getLast().intValue();
        for (int i = 0; i < key.size() - 1; i++) {
            VolumeModel.fill(key.get(i), from + i, content);
        }
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aChainDeletedInAnyOrderKeepsTheOthersAndFreesTheRest() throws Exception {
        for (long seed = 0; seed < 4L * ROUNDS; seed++) {
            fresh();
            var random = new Random(seed);
            DiskBlockStore store = open(seed);
            var model = new VolumeModel("vol-a", BLOCKS);
            Replica replica = store.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
            Map<String, long[]> snapshots = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                for (int changes = random.nextInt(30); changes > 0; changes--) {
                    change(random, replica, model);
                }
                snapshots.put("snap-" + i, model.cut(replica, "snap-" + i));
            }
            awaitComplete(store);
            List<String> order = new ArrayList<>(snapshots.keySet());
            Collections.shuffle(order, random);
            for (String id : order) {
                String other = order.get(random.nextInt(order.size()));
                if (snapshots.containsKey(other)) {
                    checkSnapshot(store, other, snapshots.get(other), random);
                }
                store.deleteSnapshot(id);
                snapshots.remove(id);
                assertThat(files.below(FOLDER.resolve("chunks"), ".chunk"))
                        .as("seed " + seed)
                        .hasSize(distinct(snapshots.values()));
                change(random, replica, model);
            }
            model.checkAll(replica);
            store.delete("vol-a");
            assertThat(rows.size()).as("rows left, seed " + seed).isZero();
            store.close();
        }
    }

    @Test
    void aPowerCutLosesNoSnapshot() throws Exception {
        for (long seed = Long.getLong("brume.seed", 0); seed < 25L * ROUNDS; seed++) {
            try {
                fresh();
                powerCuts(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private void powerCuts(long seed) throws Exception {
        var random = new Random(seed);
        DiskBlockStore store = open(seed);
        var model = new VolumeModel("vol-a", BLOCKS);
        store.create("vol-a", (long) BLOCKS * Blocks.BLOCK, Optional.empty());
        Map<String, long[]> snapshots = new HashMap<>();
        Set<String> unsure = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            Replica replica = store.replica("vol-a").orElseThrow();
            if (random.nextBoolean()) {
                files.dieAt(random.nextInt(700));
            } else {
                files.failAt(random.nextInt(700));
            }
            String current = "";
            try {
                for (int i = 0; i < 150; i++) {
                    change(random, replica, model);
                    if (random.nextInt(25) == 0) {
                        current = "snap-" + round + "-" + i;
                        unsure.add(current);
                        snapshots.put(current, model.now());
                        model.cut(replica, current);
                        unsure.remove(current);
                    } else if (random.nextInt(60) == 0 && !snapshots.isEmpty()) {
                        current = List.copyOf(snapshots.keySet()).get(0);
                        unsure.add(current);
                        store.deleteSnapshot(current);
                        snapshots.remove(current);
                        unsure.remove(current);
                    }
                }
            } catch (ReplicaException | IOException e) {
                assertThat(e).hasStackTraceContaining("IOException");
            }
            files.failAt(-1);
            SimulatedFiles after = files.powerCut(random);
            store.close();
            rows = rows.on(after);
            files = after;
            store = open(seed);
            replica = store.replica("vol-a").orElseThrow();
            model.reopened(replica, true);
            model.checkAll(replica);
            awaitComplete(store);
            for (String id : unsure) {
                if (!store.snapshots().containsKey(id)) {
                    snapshots.remove(id);
                }
            }
            unsure.clear();
            assertThat(store.snapshots().keySet()).isEqualTo(snapshots.keySet());
            for (Map.Entry<String, long[]> snapshot : snapshots.entrySet()) {
                checkSnapshot(store, snapshot.getKey(), snapshot.getValue(), random);
            }
            assertThat(files.below(FOLDER.resolve("chunks"), ".chunk"))
                    .hasSize(distinct(snapshots.values()));
        }
        store.close();
    }
}
