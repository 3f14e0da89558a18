package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.store.raft.ReplicatedStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power failure or a bad disk leaves at the end of the log. */
class TornLogTest {
    private static final int COMMITS = 20;

    @TempDir private Path directory;

    private Path live() {
        return directory.resolve("live");
    }

    /** What the disk holds while the store runs: everything acknowledged is on it. */
    private Path crashed(int commits) throws IOException {
        Path copy = directory.resolve("crashed");
        try (ReplicatedStore store = TestStores.alone(live())) {
            write(store, 0, commits);
            copyTree(live(), copy);
        }
        return copy;
    }

    private static void write(Store store, int from, int count) {
        for (int i = from; i < from + count; i++) {
            String name = "n" + i;
            store.update(tx -> tx.put(Fruit.NAMES, name, "some value"));
        }
    }

    private static long count(Store store) {
        return store.view(tx -> tx.stream(Fruit.NAMES, KeyRange.all()).count());
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static Path openSegment(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("log"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int lengthOfData(byte[] segment) {
        int length = segment.length;
        while (length > 0 && segment[length - 1] == 0) {
            length--;
        }
        return length;
    }

    private static void overwrite(Path file, int at, byte[] bytes) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            access.write(bytes);
        }
    }

    /** An entry of so many bytes that claims to be one, of which parts never reached the disk. */
    private static byte[] torn(SplittableRandom random, int at) {
        int length = 1000 + random.nextInt(6000);
        byte[] entry = new byte[length + 6];
        random.nextBytes(entry);
        entry[0] = (byte) ((length & 0x7f) | 0x80);
        entry[1] = (byte) (length >> 7);
        int firstSector = (at / 512 + 1) * 512 - at;
        int sectors = (entry.length - firstSector) / 512;
        int missing = firstSector + random.nextInt(sectors) * 512;
        for (int i = missing; i < missing + 512; i++) {
            entry[i] = 0;
        }
        if (random.nextInt(4) == 0) {
            // The first sector is missing, too: nothing says that an entry begins here.
            for (int i = 0; i < firstSector; i++) {
                entry[i] = 0;
            }
        }
        return entry;
    }

    @Test
    void aTornWriteIsCutOffAndEverythingAcknowledgedIsThere() throws IOException {
        Path crashed = crashed(COMMITS);
        for (int seed = 1; seed <= 4; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path home = directory.resolve("torn-" + seed);
            copyTree(crashed, home);
            Path segment = openSegment(home);
            int end = lengthOfData(Files.readAllBytes(segment));
            overwrite(segment, end, torn(random, end));
            try (ReplicatedStore store = TestStores.alone(home)) {
                assertThat(count(store)).as("seed " + seed).isEqualTo(COMMITS);
                write(store, COMMITS, 5);
            }
            try (ReplicatedStore store = TestStores.alone(home)) {
                assertThat(count(store)).as("seed " + seed).isEqualTo(COMMITS + 5);
            }
        }
    }

    @Test
    void anAppendThatEndsWithTheFileIsCutOff() throws IOException {
        Path home = crashed(COMMITS);
        Path segment = openSegment(home);
        byte[] bytes = Files.readAllBytes(segment);
        int end = lengthOfData(bytes);
        overwrite(segment, end, new byte[] {(byte) 0xff, 7, 1, 2, 3});
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(end + 5L);
        }
        try (ReplicatedStore store = TestStores.alone(home)) {
            assertThat(count(store)).isEqualTo(COMMITS);
        }
    }

    @Test
    void anAcknowledgedEntryThatRottedIsNotPassedOverInSilence() throws IOException {
        Path home = crashed(COMMITS);
        Path segment = openSegment(home);
        byte[] bytes = Files.readAllBytes(segment);
        int middle = lengthOfData(bytes) / 2;
        overwrite(segment, middle, new byte[] {(byte) (bytes[middle] ^ 4)});
        byte[] rotten = Files.readAllBytes(segment);
        assertThatThrownBy(() -> TestStores.alone(home))
                .isInstanceOfAny(UncheckedIOException.class, StoreUnavailableException.class);
        assertThat(Files.readAllBytes(segment)).isEqualTo(rotten);
    }

    @Test
    void aLogThatLostItsEndBehindACheckpointLosesNothing() throws IOException {
        try (ReplicatedStore store = TestStores.alone(live())) {
            write(store, 0, COMMITS);
        }
        Path segment = openSegment(live());
        long size = Files.size(segment);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(size - size / 3);
        }
        for (int round = 1; round <= 3; round++) {
            try (ReplicatedStore store = TestStores.alone(live())) {
                write(store, COMMITS * round, COMMITS);
                assertThat(count(store)).isEqualTo(COMMITS * (round + 1L));
            }
        }
    }
}
