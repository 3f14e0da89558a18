package io.brume.storage.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.time.Time;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Pace;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ScrubberTest {
    private static final long SIZE = 8L << 20;
    private static final Duration EVERY = Duration.ofDays(7);
    private static final BlockOptions OPTIONS =
            new BlockOptions(4 << 20, 4 << 20, 4, 1 << 20, 128 << 10);

    @TempDir Path folder;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-20T12:00:00Z"));
    private final Time time =
            new Time() {
                @Override
                public Instant now() {
                    return now.get();
                }

                @Override
                public long nanos() {
                    return Time.system().nanos();
                }
            };
    private DiskBlockStore store;
    private Replica replica;

    @BeforeEach
    void fill() throws Exception {
        store = DiskBlockStore.open(folder, BlockFiles.system(), OPTIONS, new Random());
        replica = store.create("vol-a", SIZE, Optional.empty());
        for (long at = 0; at < SIZE / 2; at += Blocks.CHUNK) {
            write(at, Blocks.CHUNK);
        }
        replica.flush();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void write(long offset, int length) throws ReplicaException {
        byte[] bytes = new byte[length];
        new Random(offset).nextBytes(bytes);
        ByteBuffer content = ByteBuffer.allocateDirect(length).put(bytes).flip();
        ByteBuffer sums = ByteBuffer.allocateDirect(length / Blocks.BLOCK * Long.BYTES);
        while (content.hasRemaining()) {
            sums.putLong(Blocks.sum(content));
        }
        replica.write(replica.lastSequence() + 1, offset, sums.flip(), content.rewind());
    }

    private Scrubber scrubber() {
        return new Scrubber(
                store,
                folder.resolve("scrub"),
                EVERY,
                new Pace(1L << 30, Time.system()),
                () -> 0,
                time);
    }

    /** Flips a bit of a block's bytes. */
    private void flip(long block) throws IOException {
        try (var file =
                new RandomAccessFile(folder.resolve("volumes/vol-a/00000.data").toFile(), "rw")) {
            file.seek(block * Blocks.BLOCK + 100);
            int value = file.read();
            file.seek(block * Blocks.BLOCK + 100);
            file.write(value ^ 4);
        }
    }

    private static void awaitRound(Scrubber scrubber) {
        await().atMost(Duration.ofSeconds(30)).until(() -> scrubber.rounds() == 1);
    }

    @Test
    void findsWhatNobodyReads() throws Exception {
        flip(3);
        flip(700);
        flip(701);
        try (Scrubber scrubber = scrubber()) {
            awaitRound(scrubber);
            // What was never written is not read.
            assertThat(scrubber.bytes()).isEqualTo(SIZE / 2);
        }
        assertThat(replica.corruptBlocks()).isEqualTo(3);
        assertThat(replica.damaged(10))
                .containsExactly(3L * Blocks.BLOCK, 700L * Blocks.BLOCK, 701L * Blocks.BLOCK);
        assertThat(replica.damaged(1)).isEqualTo(List.of(3L * Blocks.BLOCK));
        // Written anew, as a coordinator does that has a good copy.
        write(700L * Blocks.BLOCK, 2 * Blocks.BLOCK);
        assertThat(replica.damaged(10)).containsExactly(3L * Blocks.BLOCK);
        assertThatThrownBy(() ->
                        replica.read(
                                3L * Blocks.BLOCK,
                                Blocks.BLOCK,
                                ByteBuffer.allocate(Blocks.BLOCK + Long.BYTES)))
                .isInstanceOfSatisfying(
                        ReplicaException.class,
                        e -> assertThat(e.status()).isEqualTo(BlockStatus.CORRUPT));
        assertThat(replica.corruptBlocks()).isEqualTo(3);
    }

    @Test
    void beginsARoundWhenItIsDue() throws Exception {
        try (Scrubber scrubber = scrubber()) {
            awaitRound(scrubber);
        }
        var file = new ScrubFile(folder.resolve("scrub"));
        ScrubFile.Round first = file.read();
        assertThat(first.finished()).isTrue();
        now.updateAndGet(before -> before.plus(EVERY).minusSeconds(1));
        scrubber().close();
        assertThat(file.read()).isEqualTo(first);
        now.updateAndGet(before -> before.plusSeconds(1));
        try (Scrubber scrubber = scrubber()) {
            awaitRound(scrubber);
        }
        assertThat(file.read().began()).isEqualTo(now.get());
    }

    @Test
    void goesOnWhereItWasAfterARestart() throws Exception {
        new ScrubFile(folder.resolve("scrub"))
                .write(new ScrubFile.Round(now.get().minusSeconds(60), "vol-a", false));
        flip(3);
        try (Scrubber scrubber = scrubber()) {
            awaitRound(scrubber);
            assertThat(scrubber.bytes()).isZero();
        }
        assertThat(replica.corruptBlocks()).isZero();
    }

    @Test
    void usesTheDiskAtItsPace() {
        var nanos = new AtomicReference<>(0L);
        var pace =
                new Pace(
                        1 << 20,
                        new Time() {
                            @Override
                            public Instant now() {
                                return Instant.EPOCH;
                            }

                            @Override
                            public long nanos() {
                                return nanos.get();
                            }
                        });
        assertThat(pace.use(512 << 10)).isEqualTo(Duration.ofMillis(500));
        assertThat(pace.use(512 << 10)).isEqualTo(Duration.ofSeconds(1));
        nanos.set(Duration.ofMinutes(1).toNanos());
        assertThat(pace.use(1 << 20)).isEqualTo(Duration.ofSeconds(1));
    }
}
