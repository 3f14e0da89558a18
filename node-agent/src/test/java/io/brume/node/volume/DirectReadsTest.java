package io.brume.node.volume;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.ffm.SharedMemory;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.DirectMarks;
import io.brume.proto.block.v1.DirectAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's files and marks, made by hand: two segments of eight blocks, all written. */
final class DirectReadsTest {
    private static final int BLOCKS = 8;
    private static final long SEGMENT = BLOCKS * Blocks.BLOCK;
    private static final long NONCE = 99;
    private static final long EPOCH = 5;

    @TempDir Path folder;

    private final ByteBuffer into = ByteBuffer.allocateDirect(Blocks.BLOCK * 4);
    private final ByteBuffer sums = ByteBuffer.allocateDirect(Long.BYTES * 3);
    private int process = (int) ProcessHandle.current().pid();
    private SharedMemory memory;
    private DirectMarks marks;

    @BeforeEach
    void make() throws IOException {
        for (int segment = 0; segment < 2; segment++) {
            byte[] data = new byte[(int) SEGMENT];
            new Random(segment).nextBytes(data);
            ByteBuffer sumsOfAll = ByteBuffer.allocate(BLOCKS * Long.BYTES);
            ByteBuffer all = ByteBuffer.wrap(data);
            while (all.hasRemaining()) {
                sumsOfAll.putLong(Blocks.sum(all));
            }
            Files.write(folder.resolve("0000" + segment + ".data"), data);
            Files.write(folder.resolve("0000" + segment + ".sums"), sumsOfAll.array());
        }
        memory = SharedMemory.create("marks", (int) DirectMarks.bytes(2 * BLOCKS));
        marks = new DirectMarks(memory.bytes());
        marks.begin(NONCE, EPOCH);
        for (int block = 0; block < 2 * BLOCKS; block++) {
            marks.set(block);
        }
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private @Nullable DirectReads open(long nonce, Path where) {
        return DirectReads.open(
                DirectAccess.newBuilder()
                        .setFolder(where.toString())
                        .setSegmentBytes(SEGMENT)
                        .setMarks(memory.path().toString())
                        .setNonce(nonce)
                        .setProcess(process)
                        .build(),
                EPOCH);
    }

    private DirectReads open() {
        return requireNonNull(open(NONCE, folder));
    }

    private boolean read(DirectReads reads, long block, int count) {
        return reads.read(block * Blocks.BLOCK, count * Blocks.BLOCK, into, Blocks.BLOCK, sums);
    }

    @Test
    void whatIsMarkedIsReadToItsPlaceWithItsSums() {
        DirectReads reads = open();
        for (long block : new long[] {3, 11}) {
            assertThat(read(reads, block, 3)).isTrue();
            assertThat(BlockSums.verify(into, Blocks.BLOCK, 3 * Blocks.BLOCK, sums)).isTrue();
        }
        reads.close();
        assertThat(read(reads, 3, 1)).isFalse();
    }

    @Test
    void whatIsNotMarkedIsNotRead() {
        DirectReads reads = open();
        marks.clear(4, 5);
        assertThat(read(reads, 3, 3)).isFalse();
        assertThat(read(reads, 5, 3)).isTrue();
        assertThat(read(reads, 1000, 1)).as("beyond the marks").isFalse();
        reads.close();
    }

    @Test
    void nothingIsReadAcrossSegments() {
        DirectReads reads = open();
        assertThat(read(reads, BLOCKS - 1, 2)).isFalse();
        reads.close();
    }

    @Test
    void nothingCountsWhenTheEpochHasEnded() {
        DirectReads reads = open();
        assertThat(read(reads, 0, 1)).isTrue();
        marks.end();
        assertThat(read(reads, 0, 1)).isFalse();
        reads.close();
    }

    @Test
    void nothingCountsWhenTheNodeHasEnded() throws Exception {
        Process node = new ProcessBuilder("sleep", "60").start();
        process = (int) node.pid();
        DirectReads reads = open();
        assertThat(read(reads, 0, 1)).isTrue();
        node.destroyForcibly().waitFor();
        assertThat(read(reads, 0, 1)).isFalse();
        reads.close();
    }

    @Test
    void zerosAreReadWithoutTheirBytes() throws IOException {
        Files.write(folder.resolve("00000.sums"), new byte[BLOCKS * Long.BYTES]);
        Files.write(folder.resolve("00000.data"), new byte[0]);
        DirectReads reads = open();
        assertThat(read(reads, 2, 2)).isTrue();
        assertThat(sums.getLong(0)).isEqualTo(Blocks.NEVER_WRITTEN);
        reads.close();
    }

    @Test
    void withoutFilesOrMarksTheNodeIsAsked() throws IOException {
        assertThat(open(NONCE + 1, folder)).as("something else").isNull();
        DirectReads elsewhere = requireNonNull(open(NONCE, folder.resolve("none")));
        assertThat(read(elsewhere, 0, 1)).isFalse();
        Files.delete(folder.resolve("00001.sums"));
        DirectReads half = open();
        assertThat(read(half, 9, 1)).isFalse();
        memory.close();
        assertThat(open(NONCE, folder)).as("gone").isNull();
    }
}
