package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Figures of one replica without a network: {@code main FOLDER}. Not a test. */
final class ReplicaSpeed {
    private static final long SIZE = 1L << 30;
    private final Replica replica;
    private final Random random = new Random(1);
    private long sequence;

    private ReplicaSpeed(Replica replica) {
        this.replica = replica;
    }

    private interface Step {
        void run() throws Exception;
    }

    private static String measure(String name, int bytes, double seconds, Step step)
            throws Exception {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long count = 0;
        while (System.nanoTime() < end) {
            step.run();
            count++;
        }
        double took = (System.nanoTime() - start) / 1e9;
        return String.format(
                Locale.ROOT,
                "%-28s %9.0f/s %8.1f us %8.0f MiB/s%n",
                name,
                count / took,
                took / count * 1e6,
                count / took * bytes / (1 << 20));
    }

    private Step write(int bytes, boolean flush) {
        ByteBuffer content = ByteBuffer.allocateDirect(bytes);
        while (content.hasRemaining()) {
            content.putLong(random.nextLong());
        }
        content.flip();
        ByteBuffer sums = ByteBuffer.allocateDirect(bytes / Blocks.BLOCK * Long.BYTES);
        while (content.hasRemaining()) {
            sums.putLong(Blocks.sum(content));
        }
        sums.flip();
        return () -> {
            content.rewind();
            replica.write(++sequence, place(bytes), sums, content);
            if (flush) {
                replica.flush();
            }
        };
    }

    private long place(int bytes) {
        return random.nextLong(SIZE / bytes) * bytes;
    }

    private Step read(int bytes) {
        ByteBuffer into = ByteBuffer.allocateDirect(bytes + bytes / Blocks.BLOCK * Long.BYTES);
        return () -> replica.read(place(bytes), bytes, into.clear());
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(arguments[0]), "replica-speed");
        try (DiskBlockStore store =
                DiskBlockStore.open(
                        folder, BlockFiles.system(), BlockOptions.STANDARD, new Random())) {
            var speed = new ReplicaSpeed(store.create("vol-a", SIZE, Optional.empty()));
            var lines = new StringBuilder();
            speed.fill();
            for (int round = 0; round < 2; round++) {
                lines.append(measure("write 1 MiB", 1 << 20, 2, speed.write(1 << 20, false)));
                lines.append(measure("read 1 MiB", 1 << 20, 2, speed.read(1 << 20)));
                lines.append(measure("read 4 KiB", 4096, 2, speed.read(4096)));
                lines.append(measure("write 4 KiB", 4096, 2, speed.write(4096, false)));
                lines.append(measure("read 4 KiB after writes", 4096, 2, speed.read(4096)));
                lines.append(measure("write 4 KiB + flush", 4096, 2, speed.write(4096, true)));
            }
            Files.writeString(Path.of(arguments[1]), lines);
        } finally {
            BlockFiles.system().deleteFolder(folder);
        }
    }

    private void fill() throws Exception {
        Step write = write(1 << 20, false);
        for (int i = 0; i < SIZE >> 20; i++) {
            write.run();
        }
        replica.flush();
    }
}
