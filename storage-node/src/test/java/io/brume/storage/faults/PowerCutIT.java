package io.brume.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.block.files.BlockFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The block store on a real file system whose disk loses power at random moments: rounds of writes
 * that are numbered, with flushes, a cut under way, and a check that everything that was flushed is
 * there, and nothing that never was. Small writes and large ones, which go past the journal.
 */
final class PowerCutIT {
    private static final int ROUNDS = Integer.getInteger("brume.powercuts", 170);

    /** Disks at a time: a round is mostly waiting for mounts. */
    private static final int DISKS = 2;

    private static final int CHUNKS = 24;
    private static final int WRITERS = 3;
    private static final int DISK = 192 << 20;
    private static final BlockOptions OPTIONS =
            new BlockOptions(4 << 20, 4 << 20, 4, 4 << 20, 128 << 10);

    @TempDir Path folder;

    /** A writer's slots: each is written with a number that only grows. */
    private static final class Writer {
        final String volumeId;
        final Map<Integer, Long> flushed = new HashMap<>();
        final Map<Integer, Long> begun = new HashMap<>();
        private final Random random;
        private long number;

        Writer(String volumeId, long seed) {
            this.volumeId = volumeId;
            this.random = new Random(seed);
        }

        /** Blocks of a slot: the even ones are small, the others large. */
        static int blocks(int slot) {
            return slot % 2 == 0 ? 1 + slot % 5 : Blocks.CHUNK / Blocks.BLOCK;
        }

        static byte[] content(int slot, long number) {
            byte[] bytes = new byte[blocks(slot) * Blocks.BLOCK];
            new Random(slot * 1_000_003L + number).nextBytes(bytes);
            ByteBuffer.wrap(bytes).putLong(0, number);
            return bytes;
        }

        /** Writes and flushes until the disk is gone. */
        void run(Replica replica, AtomicBoolean stop) {
            try {
                while (!stop.get()) {
                    Map<Integer, Long> written = new HashMap<>();
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        int slot = random.nextInt(CHUNKS);
                        number++;
                        begun.put(slot, number);
                        write(replica, slot, content(slot, number));
                        written.put(slot, number);
                    }
                    replica.flush();
                    flushed.putAll(written);
                }
            } catch (ReplicaException e) {
                assertThat(e.status()).isEqualTo(BlockStatus.IO_ERROR);
            }
        }

        private static void write(Replica replica, int slot, byte[] bytes) throws ReplicaException {
            ByteBuffer content = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            ByteBuffer sums = ByteBuffer.allocateDirect(bytes.length / Blocks.BLOCK * Long.BYTES);
            while (content.hasRemaining()) {
                sums.putLong(Blocks.sum(content));
            }
            replica.write(
                    replica.lastSequence() + 1,
                    (long) slot * Blocks.CHUNK,
                    sums.flip(),
                    content.rewind());
        }

        /**
         * Each slot holds a number that was written, and none older than the one flushed last. A
         * large write that was under way may be there in parts.
         */
        void check(Replica replica, String when) throws ReplicaException {
            if (replica.isSuspect()) {
                replica.adopt(0, replica.sizeBytes());
            }
            for (int slot = 0; slot < CHUNKS; slot++) {
                long least = flushed.getOrDefault(slot, 0L);
                long most = begun.getOrDefault(slot, 0L);
                byte[] found = read(replica, slot);
                long there = ByteBuffer.wrap(found).getLong(0);
                String what = when + ", slot " + slot + " of " + volumeId;
                if (least == most) {
                    assertThat(found)
                            .as(what)
                            .isEqualTo(least == 0 ? new byte[found.length] : content(slot, least));
                } else if (blocks(slot) < 32) {
                    assertThat(there).as(what).isBetween(least, most);
                    assertThat(found)
                            .as(what)
                            .isEqualTo(there == 0 ? new byte[found.length] : content(slot, there));
                }
                // What is there now is what a flush makes durable.
                flushed.put(slot, least);
            }
            settle(replica);
        }

        /** What is there is written anew, so that the next round begins with what is known. */
        private void settle(Replica replica) throws ReplicaException {
            for (int slot = 0; slot < CHUNKS; slot++) {
                number++;
                begun.put(slot, number);
                write(replica, slot, content(slot, number));
                flushed.put(slot, number);
            }
            replica.flush();
        }

        private static byte[] read(Replica replica, int slot) throws ReplicaException {
            int length = blocks(slot) * Blocks.BLOCK;
            int sumBytes = blocks(slot) * Long.BYTES;
            byte[] bytes = new byte[length];
            ByteBuffer into = ByteBuffer.allocateDirect(length + sumBytes);
            if (replica.read((long) slot * Blocks.CHUNK, length, into)) {
                into.flip().position(sumBytes).get(bytes);
            }
            return bytes;
        }
    }

    private static DiskBlockStore open(PowerCutDisk disk, long seed) throws Exception {
        return DiskBlockStore.open(
                disk.mount().resolve("blocks"), BlockFiles.system(), OPTIONS, new Random(seed));
    }

    @Test
    @Timeout(300)
    void nothingFlushedIsLostWhenThePowerIsCut() throws Exception {
        long seed = Long.getLong("brume.seed", System.nanoTime());
        System.out.printf("power cuts: -Dbrume.seed=%d%n", seed);
        long begin = System.nanoTime();
        var runs = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < DISKS; i++) {
            Path own = Files.createDirectories(folder.resolve("disk" + i));
            long ownSeed = seed + i;
            var run = new FutureTask<>(() -> cuts(own, ownSeed, ROUNDS / DISKS));
            runs.add(run);
            Thread.ofPlatform().name("power cuts " + i).start(run);
        }
        int lostSome = 0;
        for (FutureTask<Integer> run : runs) {
            lostSome += run.get();
        }
        System.out.printf(
                "measured: %d power cuts in %d s, %d of which dropped something%n",
                ROUNDS / DISKS * DISKS,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                lostSome);
        assertThat(lostSome).as("a disk that loses nothing proves nothing").isPositive();
    }

    /** Rounds on one disk; how many of the cuts dropped something. */
    private static int cuts(Path folder, long seed, int rounds) throws Exception {
        var random = new Random(seed);
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Writer("vol-" + i, random.nextLong()));
        }
        int lostSome = 0;
        try (var disk = new PowerCutDisk(folder, DISK)) {
            try (DiskBlockStore store = open(disk, seed)) {
                for (Writer writer : writers) {
                    store.create(writer.volumeId, (long) CHUNKS * Blocks.CHUNK, Optional.empty());
                }
            }
            for (int round = 1; round <= rounds; round++) {
                String when = "seed " + seed + ", round " + round;
                try (DiskBlockStore store = open(disk, seed)) {
                    for (Writer writer : writers) {
                        writer.check(store.replica(writer.volumeId).orElseThrow(), when);
                    }
                    String told = cutUnderLoad(disk, store, writers, random);
                    lostSome += told.endsWith("lost 0") ? 0 : 1;
                }
                disk.recover();
            }
            try (DiskBlockStore store = open(disk, seed)) {
                for (Writer writer : writers) {
                    writer.check(store.replica(writer.volumeId).orElseThrow(), "at the end");
                }
            }
        }
        return lostSome;
    }

    private static String cutUnderLoad(
            PowerCutDisk disk, DiskBlockStore store, List<Writer> writers, Random random)
            throws Exception {
        var stop = new AtomicBoolean();
        var failures = new ArrayList<Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (Writer writer : writers) {
            Replica replica = store.replica(writer.volumeId).orElseThrow();
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    writer.run(replica, stop);
                                } catch (RuntimeException | AssertionError e) {
                                    synchronized (failures) {
                                        failures.add(e);
                                    }
                                }
                            }));
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(150)); // the random moment itself
        String told = disk.cut(random.nextInt());
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        return told;
    }
}
