package io.brume.proto.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DirectMarksTest {
    private static final int BLOCKS = 1000;

    private final DirectMarks marks =
            new DirectMarks(ByteBuffer.allocateDirect((int) DirectMarks.bytes(BLOCKS)));

    @Test
    void theyAreWhatWasSetAndNotCleared() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var model = new BitSet();
        for (int i = 0; i < 5000; i++) {
            int from = random.nextInt(BLOCKS);
            int to = from + 1 + random.nextInt(Math.min(300, BLOCKS - from));
            if (random.nextInt(3) == 0) {
                marks.clear(from, to);
                model.clear(from, to);
            } else {
                for (int block = from; block < to; block++) {
                    marks.set(block);
                }
                model.set(from, to);
            }
            int first = random.nextInt(BLOCKS);
            int end = first + 1 + random.nextInt(Math.min(150, BLOCKS - first));
            assertThat(marks.has(first, end))
                    .as("seed " + seed + ", step " + i)
                    .isEqualTo(model.nextClearBit(first) >= end);
        }
    }

    @Test
    void whatIsBeyondThemHasNone() {
        long beyond = 10_000_000_000L;
        marks.set(beyond);
        marks.clear(500, beyond);
        assertThat(marks.has(beyond, beyond + 1)).isFalse();
        assertThat(marks.has(0, beyond)).isFalse();
    }

    @Test
    void oneEpochMayReadUntilTheyEnd() {
        marks.begin(77, 5);
        assertThat(marks.isOf(77)).isTrue();
        assertThat(marks.isOf(78)).isFalse();
        assertThat(marks.mayRead(5)).isTrue();
        assertThat(marks.mayRead(4)).isFalse();
        marks.end();
        assertThat(marks.mayRead(5)).isFalse();
    }
}
