package io.brume.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.ffm.SharedMemory;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.DirectMarks;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a replica shows to be in its segments can be read there by anybody. */
final class SharedViewTest {
    private static final int BLOCKS = 3000;
    private static final long BYTES = (long) BLOCKS * Blocks.BLOCK;
    private static final BlockOptions OPTIONS =
            new BlockOptions(4 << 20, 1 << 20, 4, 1 << 20, 128 << 10);

    @TempDir Path folder;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /** Another program that reads the segments. */
    private static final class Reader {
        final DirectMarks marks;
        private final Replica.DirectAccess access;
        int read;

        Reader(Replica replica, long epoch) throws IOException {
            access = replica.share(epoch).orElseThrow();
            marks = new DirectMarks(SharedMemory.open(Path.of(access.marks())));
            assertThat(marks.isOf(access.nonce())).isTrue();
        }

        void check(VolumeModel model, int from, int count, String where) throws IOException {
            long[] seeds = model.now();
            for (int block = from; block < from + count; block++) {
                if (marks.has(block, block + 1)) {
                    check(block, seeds[block], where);
                    read++;
                }
            }
        }

        private void check(int block, long version, String where) throws IOException {
            int perSegment = (int) (access.segmentBytes() / Blocks.BLOCK);
            String name = "%05d".formatted(block / perSegment);
            int within = block % perSegment;
            long sum = read(name + ".sums", (long) within * Long.BYTES, Long.BYTES).getLong();
            String as = where + ", block " + block + " of version " + version;
            if (version == 0) {
                assertThat(sum).as(as).isEqualTo(Blocks.NEVER_WRITTEN);
                return;
            }
            ByteBuffer wanted = ByteBuffer.allocate(Blocks.BLOCK);
            VolumeModel.fill(version, block, wanted);
            ByteBuffer found = read(name + ".data", (long) within * Blocks.BLOCK, Blocks.BLOCK);
            assertThat(found.mismatch(wanted.flip())).as(as).isEqualTo(-1);
            assertThat(sum).as(as).isEqualTo(Blocks.sum(wanted));
        }

        private ByteBuffer read(String name, long position, int size) throws IOException {
            try (FileChannel file = FileChannel.open(Path.of(access.folder(), name))) {
                ByteBuffer into = ByteBuffer.allocate(size);
                assertThat(file.read(into, position)).isEqualTo(size);
                return into.flip();
            }
        }
    }

    private DiskBlockStore open() throws IOException {
        return DiskBlockStore.open(folder, BlockFiles.system(), OPTIONS, random);
    }

    private void use(Replica replica, VolumeModel model, Reader reader, int steps)
            throws Exception {
        for (int step = 0; step < steps; step++) {
            int count = 1 + random.nextInt(step % 10 == 0 ? 100 : 8);
            int from = random.nextInt(BLOCKS - count);
            switch (random.nextInt(12)) {
                case 0 -> model.zero(replica, from, count, false);
                case 1 -> model.flush(replica);
                case 2, 3, 4, 5 -> model.write(replica, from, count, 1 + random.nextInt(1 << 30));
                case 6 -> {
                    if (step % 40 == 6) {
                        model.zero(replica, 500, 1500, false);
                    }
                }
                default -> model.check(replica, from, count);
            }
            int at = random.nextInt(BLOCKS - 64);
            reader.check(model, at, 64, "seed " + seed + ", step " + step);
            reader.check(model, from, count, "seed " + seed + ", step " + step);
        }
    }

    @Test
    void whatIsShownIsWhatWasWritten() throws Exception {
        try (DiskBlockStore store = open()) {
            Replica replica = store.create("vol-a", BYTES, Optional.empty());
            replica.raise(3);
            var reader = new Reader(replica, 3);
            var model = new VolumeModel("vol-a", BLOCKS);
            use(replica, model, reader, 600);
            long[] snapshot = model.cut(replica, "snap-a");
            use(replica, model, reader, 300);
            assertThat(reader.read).as("seed " + seed).isPositive();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            store.snapshots().values().stream()
                                    .allMatch(BlockStore.Snapshot::isComplete));
            Replica copy = store.create("vol-b", BYTES, Optional.of("snap-a"));
            copy.raise(1);
            var copyModel = new VolumeModel("vol-b", BLOCKS);
            copyModel.begin(snapshot);
            var copyReader = new Reader(copy, 1);
            use(copy, copyModel, copyReader, 300);
        }
    }

    /** A replica of one block that is in the segments, and known to be. */
    private Reader shown(DiskBlockStore store, Replica replica, VolumeModel model)
            throws Exception {
        // Large writes go straight into the segments.
        model.write(replica, 0, 32, 5);
        var reader = new Reader(replica, 3);
        assertThat(reader.marks.has(0, 1)).as("before anybody has read").isFalse();
        model.check(replica, 0, 32);
        assertThat(reader.marks.has(0, 32)).isTrue();
        assertThat(reader.marks.mayRead(3)).isTrue();
        assertThat(store.failure()).isEmpty();
        return reader;
    }

    @Test
    void aWrittenBlockIsHiddenUntilItIsInTheSegments() throws Exception {
        try (DiskBlockStore store = open()) {
            Replica replica = store.create("vol-a", BYTES, Optional.empty());
            replica.raise(3);
            var model = new VolumeModel("vol-a", BLOCKS);
            Reader reader = shown(store, replica, model);
            model.write(replica, 7, 2, 6);
            assertThat(reader.marks.has(6, 7)).isTrue();
            assertThat(reader.marks.has(7, 8)).isFalse();
            assertThat(reader.marks.has(8, 9)).isFalse();
            assertThat(reader.marks.has(9, 32)).isTrue();
            model.zero(replica, 20, 1, false);
            assertThat(reader.marks.has(20, 21)).isFalse();
            reader.check(model, 0, 64, "seed " + seed);
        }
    }

    @Test
    void onlyTheLastThatWasShownItMayRead() throws Exception {
        try (DiskBlockStore store = open()) {
            Replica replica = store.create("vol-a", BYTES, Optional.empty());
            replica.raise(3);
            Reader before = shown(store, replica, new VolumeModel("vol-a", BLOCKS));
            var after = new Reader(replica, 3);
            assertThat(before.marks.mayRead(3)).isFalse();
            assertThat(after.marks.mayRead(3)).isTrue();
            replica.unshare();
            assertThat(after.marks.mayRead(3)).isFalse();
        }
    }

    @Test
    void nobodyMayReadWhatWasRemoved() throws Exception {
        try (DiskBlockStore store = open()) {
            Replica replica = store.create("vol-a", BYTES, Optional.empty());
            replica.raise(3);
            Reader reader = shown(store, replica, new VolumeModel("vol-a", BLOCKS));
            store.delete("vol-a");
            assertThat(reader.marks.mayRead(3)).isFalse();
            assertThat(replica.share(3)).isEmpty();
        }
    }

    @Test
    void memoryForItIsBoundedAndGivenBack() throws Exception {
        try (DiskBlockStore store = open()) {
            Replica large = store.create("vol-large", 2L << 40, Optional.empty());
            assertThat(large.share(1)).isEmpty();
            Replica half = store.create("vol-half", 3L << 39, Optional.empty());
            Replica other = store.create("vol-other", 3L << 39, Optional.empty());
            for (int i = 0; i < 3; i++) {
                assertThat(half.share(1)).isPresent();
                assertThat(other.share(1)).isEmpty();
            }
            half.unshare();
            assertThat(other.share(1)).isPresent();
        }
    }
}
