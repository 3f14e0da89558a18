package io.brume.storage.block;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.faults.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store on a real disk that another program fills to the last block while snapshots are cut: the
 * index cannot be written, chunks cannot, and then all of it goes on.
 */
@Timeout(180)
final class FullDiskIT {
    private static final int PER_CHUNK = Blocks.CHUNK / Blocks.BLOCK;
    private static final int SEGMENT = 64 << 20;
    private static final int PER_SEGMENT = SEGMENT / Blocks.BLOCK;
    private static final int SEGMENTS = 64;
    private static final int AT_ONCE = 64;
    private static final int MOST_WRITES = 2000;
    private static final int SAMPLES = 4;

    /** Large ones go past the journal. */
    private static final BlockOptions OPTIONS =
            new BlockOptions(SEGMENT, 4 << 20, 4, 8 << 20, 128 << 10);

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;

    private final VolumeModel model = new VolumeModel("vol-1", SEGMENTS * PER_SEGMENT);
    private final Map<String, long[]> snapshots = new LinkedHashMap<>();

    private static DiskBlockStore open(SmallDisk disk) throws IOException {
        return DiskBlockStore.open(
                disk.mount().resolve("blocks"), BlockFiles.system(), OPTIONS, new Random(5));
    }

    private static void awaitComplete(DiskBlockStore store) {
        Awaitility.await()
                .atMost(SOON)
                .until(() ->
                        store.snapshots().values().stream()
                                .allMatch(BlockStore.Snapshot::isComplete));
    }

    private void cut(Replica replica, String id) throws ReplicaException {
        snapshots.put(id, model.cut(replica, id));
    }

    /**
     * A block at the same place of each segment: many rows of names, and few chunks. And what is
     * written over later, so that only its chunks need space then.
     */
    private void writeEverywhere(Replica replica) throws ReplicaException {
        model.write(replica, 8, 16, 2);
        model.write(replica, PER_CHUNK, 64, 2);
        for (int segment = 0; segment < SEGMENTS; segment++) {
            model.write(replica, segment * PER_SEGMENT, 1, 1);
        }
    }

    private void check(DiskBlockStore store) throws Exception {
        Replica replica = store.replica("vol-1").orElseThrow();
        check(replica, model.now());
        List<String> some = new ArrayList<>(snapshots.keySet());
        Collections.shuffle(some, new Random(3));
        some.subList(0, some.size() - SAMPLES).removeIf(id -> id.matches("snap-[0-9]+"));
        for (String name : some) {
            String id = "vol-of-" + name;
            check(
                    store.create(id, replica.sizeBytes(), Optional.of(name)),
                    requireNonNull(snapshots.get(name)));
            store.delete(id);
        }
    }

    /** Where something was written; all of it takes long. */
    private static void check(Replica replica, long[] seeds) throws ReplicaException {
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int blocks = segment == 0 ? 4 * PER_CHUNK : AT_ONCE;
            for (int at = 0; at < blocks; at += AT_ONCE) {
                VolumeModel.check(replica, segment * PER_SEGMENT + at, AT_ONCE, seeds);
            }
        }
    }

    /** The space that was there a moment ago is counted upon for some writes. */
    private void writeUntilRefused(Replica replica) throws ReplicaException {
        try {
            for (int i = 0; i < MOST_WRITES; i++) {
                model.write(replica, 20, 4, 1000L + i);
            }
        } catch (ReplicaException e) {
            assertThat(e.status()).isEqualTo(BlockStatus.NO_SPACE);
            model.forgetUnanswered();
            return;
        }
        throw new AssertionError("a full disk took everything");
    }

    /** From then on each is refused at once, small ones and large ones. */
    private static void assertRefused(Replica replica, int blocks) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(blocks * Blocks.BLOCK);
        ByteBuffer sums = ByteBuffer.allocateDirect(blocks * Long.BYTES);
        while (bytes.hasRemaining()) {
            sums.putLong(Blocks.sum(bytes));
        }
        long later = replica.lastSequence() + 1_000_000;
        assertThatThrownBy(() -> replica.write(later, 0, sums.flip(), bytes.flip()))
                .isInstanceOfSatisfying(
                        ReplicaException.class,
                        e -> assertThat(e.status()).isEqualTo(BlockStatus.NO_SPACE));
    }

    @Test
    void snapshotsThatAreCutOnAFullDiskAreMadeWhenThereIsSpace() throws Exception {
        try (var disk = new SmallDisk(folder, 160 << 20)) {
            try (DiskBlockStore store = open(disk)) {
                Replica replica =
                        store.create("vol-1", (long) SEGMENTS * SEGMENT, Optional.empty());
                writeEverywhere(replica);
                cut(replica, "snap-begin");
                awaitComplete(store);
                disk.fill();
                writeUntilRefused(replica);
                cutUntilTheIndexIsFull(store, replica, disk);
                awaitComplete(store);
                assertThat(store.failure()).isEmpty();
                // Now chunks cannot be written, and what changes them has to wait.
                model.write(replica, 8, 4, 3);
                model.write(replica, PER_CHUNK, 64, 4);
                disk.fill();
                cut(replica, "snap-chunks");
                writeUntilRefused(replica);
                assertRefused(replica, 64);
                check(replica, model.now());
                assertThat(requireNonNull(store.snapshots().get("snap-chunks")).isComplete())
                        .isFalse();
                disk.empty();
                awaitComplete(store);
                model.write(replica, 8, 4, 5);
                model.flush(replica);
                assertThat(store.failure()).isEmpty();
                check(store);
            }
            try (DiskBlockStore store = open(disk)) {
                model.reopened(store.replica("vol-1").orElseThrow(), false);
                assertThat(store.snapshots().keySet()).isEqualTo(snapshots.keySet());
                check(store);
            }
        }
    }

    @Test
    void aStoreThatIsOpenedOnAFullDiskOpensWhenThereIsSpace() throws Exception {
        try (var disk = new SmallDisk(folder, 160 << 20)) {
            try (DiskBlockStore store = open(disk)) {
                Replica replica =
                        store.create("vol-1", (long) SEGMENTS * SEGMENT, Optional.empty());
                writeEverywhere(replica);
                model.flush(replica);
            }
            disk.fill();
            var attempts = new AtomicInteger();
            var opening =
                    new FutureTask<>(() ->
                            FullDiskPause.whenThereIsSpace(
                                    "a test's store",
                                    () -> {
                                        attempts.incrementAndGet();
                                        return open(disk);
                                    }));
            Thread.ofPlatform().daemon().start(opening);
            Awaitility.await().atMost(SOON).until(() -> attempts.get() > 1);
            disk.empty();
            try (DiskBlockStore store = opening.get(60, TimeUnit.SECONDS)) {
                Replica replica = store.replica("vol-1").orElseThrow();
                model.reopened(replica, false);
                check(replica, model.now());
            }
        }
    }

    private void cutUntilTheIndexIsFull(DiskBlockStore store, Replica replica, SmallDisk disk)
            throws Exception {
        var enough = new AtomicBoolean();
        long[] now = model.now();
        CompletableFuture<Void> cutter =
                CompletableFuture.runAsync(() -> {
                    try {
                        for (int i = 0; !enough.get(); i++) {
                            // Those that wait for the applier come to be when it goes on.
                            long sequence = model.next(new VolumeModel.Change(0, 0, 0));
                            replica.cut(sequence, "snap-" + i);
                            model.answered(sequence);
                            model.flushed(sequence);
                            snapshots.put("snap-" + i, now);
                        }
                    } catch (ReplicaException e) {
                        throw new IllegalStateException(e);
                    }
                });
        Awaitility.await().atMost(SOON).until(() -> store.chunks().isWaiting());
        assertRefused(replica, 4);
        enough.set(true);
        disk.empty();
        cutter.get(60, TimeUnit.SECONDS);
    }
}
