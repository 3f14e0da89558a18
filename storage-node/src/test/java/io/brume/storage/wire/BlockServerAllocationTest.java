package io.brume.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a hundred thousand requests a second would make the collector do: nothing. */
@Timeout(30)
class BlockServerAllocationTest {
    private static final int ROUNDS = 2000;

    @TempDir Path folder;

    @Test
    void readsWritesAndFlushesAllocateNothing() throws Exception {
        try (var server = new TestServer(folder)) {
            // Sums are not checked: how they are computed is not the server's.
            server.replica("vol-1", 1, "i-agent").check(false);
            try (var client = server.dial("vol-1", 1)) {
                run(client, 1);
                long before = allocated();
                run(client, 1 + ROUNDS);
                long each = (allocated() - before) / (3 * ROUNDS);
                assertThat(each).as("bytes for each request").isLessThan(32);
            }
        }
    }

    private static void run(TestClient client, long first) throws Exception {
        byte[] data = new byte[Blocks.BLOCK];
        for (long sequence = first; sequence < first + ROUNDS; sequence++) {
            data[0] = (byte) sequence;
            long offset = sequence % 64 * Blocks.BLOCK;
            assertThat(client.write(sequence, offset, data)).isEqualTo(BlockStatus.OK);
            assertThat(client.read(offset, Blocks.BLOCK)).isEqualTo(data);
            assertThat(client.ask(Operation.FLUSH, 0, 0).status()).isEqualTo(BlockStatus.OK);
        }
    }

    private static long allocated() {
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("block-connection"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
                .sum();
    }
}
