package io.brume.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a stranger sends never crashes, hangs or leaks; the seed is in every failure. */
@Timeout(60)
class BlockServerFuzzTest {
    private static final int ROUNDS = 2000;

    @TempDir Path folder;

    @Test
    void survivesWhateverIsSent() throws Exception {
        long seed = new Random().nextLong();
        try (var server = new TestServer(folder)) {
            server.replica("vol-1", 1, "i-agent");
            for (int round = 0; round < ROUNDS; round++) {
                var random = new Random(seed + round);
                try (var client = server.dial()) {
                    if (random.nextInt(4) > 0) {
                        client.opened("vol-1", 1);
                    }
                    client.sendRaw(nonsense(random));
                } catch (IOException e) {
                    assertThat(e).as("seed %d", seed + round).hasMessageMatching("(?i).*broken.*");
                }
            }
            await().alias("seed " + seed).until(() -> server.server.connections() == 0);
            try (var client = server.dial()) {
                long next = client.opened("vol-1", 1).getLastSequence() + 1;
                assertThat(client.write(next, 0, new byte[Blocks.BLOCK]))
                        .as("seed %d", seed)
                        .isEqualTo(BlockStatus.OK);
                assertThat(client.ask(Operation.FLUSH, 0, 0).status()).isEqualTo(BlockStatus.OK);
            }
            assertThat(server.counters.malformedConnections()).isGreaterThan(ROUNDS / 10);
        }
    }

    /** Frames that are nearly right, right ones among them, cut off anywhere. */
    private static byte[] nonsense(Random random) {
        var bytes = ByteBuffer.allocate(64 << 10);
        for (int frames = 1 + random.nextInt(8); frames > 0; frames--) {
            Operation[] all = Operation.values();
            int payload = random.nextInt(3) == 0 ? random.nextInt(5000) : 0;
            RequestHeader.write(
                    bytes,
                    all[random.nextInt(all.length)],
                    random.nextInt(4),
                    random.nextLong(),
                    1 + random.nextInt(3),
                    random.nextInt(1 << 18) * 4096L,
                    random.nextInt(64) * 4096,
                    random.nextInt(8) == 0 ? random.nextInt() : payload);
            byte[] body = new byte[payload];
            random.nextBytes(body);
            bytes.put(body);
        }
        byte[] sent = new byte[random.nextInt(bytes.position() + 1)];
        bytes.get(0, sent);
        for (int flips = random.nextInt(3); flips > 0 && sent.length > 0; flips--) {
            sent[random.nextInt(sent.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return sent;
    }
}
