package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.MemoryBlockDevice;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final int BLOCK = 4096;

    @Test
    void partsCoverARequestAndFitIntoAFrame() {
        var random = new Random(1);
        var output = new Output(new BufferPool(40L << 20));
        var transmission =
                new Transmission(
                        new Handshake.Agreement(false, false),
                        new MemoryBlockDevice(1 << 20),
                        new NbdExport("disk", "", false),
                        new BufferPool(40L << 20),
                        () -> {},
                        output,
                        1,
                        () -> {});
        for (int round = 0; round < 20_000; round++) {
            var request = new Request(transmission);
            request.offset = random.nextLong(1L << 40);
            if (random.nextBoolean()) {
                request.offset &= -BLOCK;
            }
            request.length = 1 + random.nextInt(random.nextBoolean() ? 9000 : Nbd.MAX_BLOCK);
            if (random.nextInt(10) == 0) {
                request.length = Nbd.MAX_BLOCK;
            }
            long next = request.offset;
            int largest = 0;
            for (int i = 0; i < request.parts(); i++) {
                assertThat(request.offsetOf(i)).isEqualTo(next);
                next += request.lengthOf(i);
                long blocks = (next + BLOCK - 1) / BLOCK - request.offsetOf(i) / BLOCK;
                assertThat(blocks).isBetween(1L, (long) BufferPool.LARGEST / BLOCK);
                largest = Math.max(largest, request.lengthOf(i));
            }
            assertThat(next).isEqualTo(request.offset + request.length);
            assertThat(largest).isLessThanOrEqualTo(BufferPool.LARGEST);
            assertThat(BufferPool.needed(request.parts(), request.length))
                    .isBetween((long) request.length, NbdLimits.STANDARD.bytes());
        }
    }
}
