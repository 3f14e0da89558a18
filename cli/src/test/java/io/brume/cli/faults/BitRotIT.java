package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.faults.BlockFleet.Node;
import io.brume.cli.faults.NbdConnection.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bits that flip on a disk under a volume that is in use, in the file of the replica that reads go
 * to: with other replicas the client reads what it wrote, and the block is mended on the disk; with
 * none the client is told of an error. Either way the storage node reports it.
 */
@Timeout(180)
class BitRotIT {
    private static final String VOLUME = "vol-00000000000000001";
    private static final int BLOCKS = 1024;
    private static final int FLIPS = 100;
    private static final int LARGE = 64;

    /** Blocks that are read at once: one damaged one is enough to have all of them mended. */
    private static final int RANGE = 16;

    /** The NBD protocol's error for input and output. */
    private static final int EIO = 5;

    private final long seed = Long.getLong("brume.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir Path folder;

    @BeforeEach
    void tell() {
        System.out.printf("flipped bits: -Dbrume.seed=%d%n", seed);
    }

    @Test
    void isReadRightAndMendedWhereThereAreOthers() throws Exception {
        try (var fleet = new BlockFleet(folder)) {
            Node near = fleet.storage("s1");
            Node agent = serve(fleet, List.of(near, fleet.storage("s2"), fleet.storage("s3")));
            try (var client = fill(agent);
                    var file = segment(near)) {
                var flipped = flip(file);
                readsRight(client);
                reported(fleet, near, rangesOf(flipped));
                restart(near);
                mended(file, flipped);
                // The same while the node is down: it finds out like anybody.
                near.process().kill();
                flipped = flip(file);
                near.process().start();
                readsRight(client);
                await("replicas well")
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(100))
                        .ignoreExceptionsMatching(IOException.class::isInstance)
                        .untilAsserted(() -> {
                            readsRight(client);
                            assertThat(near.metric(CORRUPT)).isPositive();
                        });
                // It may have come back in the midst of that: now it is asked for all of it.
                readsRight(client);
                restart(near);
                mended(file, flipped);
            } catch (Exception | AssertionError e) {
                System.out.println(fleet.logs());
                throw e;
            }
        }
    }

    @Test
    void isAnErrorWhereThereAreNone() throws Exception {
        try (var fleet = new BlockFleet(folder)) {
            Node only = fleet.storage("s1");
            Node agent = serve(fleet, List.of(only));
            try (var client = fill(agent);
                    var file = segment(only)) {
                var flipped = flip(file);
                for (int block = 0; block < BLOCKS; block++) {
                    Reply reply = read(client, block, 1);
                    if (flipped.containsKey(block)) {
                        assertThat(reply.error())
                                .as("block %d, seed %d", block, seed)
                                .isEqualTo(EIO);
                    } else {
                        isRight(reply, block);
                    }
                }
                reported(fleet, only, FLIPS);
                // What is written anew is whole again.
                write(client, 0, BLOCKS);
                readsRight(client);
            } catch (Exception | AssertionError e) {
                System.out.println(fleet.logs());
                throw e;
            }
        }
    }

    private static final String CORRUPT = "brume_storage_block_corrupt_blocks";

    /**
     * What mends a block lies in the journal until that is applied, as it is when a node starts.
     */
    private static void restart(Node node) throws Exception {
        node.process().kill();
        node.process().start();
    }

    private static Node serve(BlockFleet fleet, List<Node> replicas) throws Exception {
        Node agent = fleet.agent("a", "s1");
        fleet.grant(VOLUME, 1, agent, replicas);
        fleet.serve(VOLUME, 1, agent, replicas, UnaryOperator.identity());
        fleet.awaitServing(VOLUME, 1, agent);
        return agent;
    }

    private static NbdConnection fill(Node agent) throws Exception {
        var client = NbdConnection.open(BlockFleet.socket(VOLUME, agent), VOLUME);
        write(client, 0, BLOCKS);
        return client;
    }

    /** In parts so large that they go past the journal, into the segment's file. */
    private static void write(NbdConnection client, int first, int count) throws Exception {
        for (int block = first; block < first + count; block += LARGE) {
            ByteBuffer data = ByteBuffer.allocate(LARGE * NumberedBlock.BYTES);
            for (int i = 0; i < LARGE; i++) {
                NumberedBlock.put(data, 1, (long) (block + i) * NumberedBlock.BYTES);
            }
            Reply reply =
                    client.ask(
                            NbdConnection.WRITE,
                            NbdConnection.FUA,
                            (long) block * NumberedBlock.BYTES,
                            data.capacity(),
                            data.array(),
                            Load.PATIENCE);
            assertThat(reply.error()).isZero();
        }
    }

    private static FileChannel segment(Node node) throws IOException {
        return FileChannel.open(
                node.data().resolve("blocks/volumes/" + VOLUME + "/00000.data"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** Flips a bit in each of many blocks; tells what the blocks were. */
    private Map<Integer, ByteBuffer> flip(FileChannel file) throws IOException {
        var flipped = new TreeMap<Integer, ByteBuffer>();
        while (flipped.size() < FLIPS) {
            int block = random.nextInt(BLOCKS);
            if (flipped.containsKey(block)) {
                continue;
            }
            ByteBuffer was = block(file, block);
            assertThat(was.getLong(8)).as("block %d is in the segment", block).isEqualTo(1);
            int at = random.nextInt(NumberedBlock.BYTES);
            var bad =
                    ByteBuffer.allocate(1).put(0, (byte) (was.get(at) ^ (1 << random.nextInt(8))));
            file.write(bad, (long) block * NumberedBlock.BYTES + at);
            flipped.put(block, was);
        }
        return flipped;
    }

    private static ByteBuffer block(FileChannel file, int block) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(NumberedBlock.BYTES);
        while (bytes.hasRemaining()
                && file.read(bytes, (long) block * NumberedBlock.BYTES + bytes.position()) > 0) {}
        return bytes.clear();
    }

    private static Reply read(NbdConnection client, int block, int count) throws Exception {
        return client.read(
                (long) block * NumberedBlock.BYTES, count * NumberedBlock.BYTES, Load.PATIENCE);
    }

    private void isRight(Reply reply, int first) throws NumberedBlock.WrongBytesException {
        assertThat(reply.error()).as("block %d, seed %d", first, seed).isZero();
        ByteBuffer data = ByteBuffer.wrap(reply.data());
        for (int block = first; data.hasRemaining(); block++) {
            assertThat(NumberedBlock.take(data, (long) block * NumberedBlock.BYTES)).isEqualTo(1);
        }
    }

    private static long rangesOf(Map<Integer, ByteBuffer> flipped) {
        return flipped.keySet().stream().map(block -> block / RANGE).distinct().count();
    }

    private void readsRight(NbdConnection client) throws Exception {
        for (int block = 0; block < BLOCKS; block += RANGE) {
            isRight(read(client, block, RANGE), block);
        }
    }

    /** On the disk of the replica itself, once what mends it has been applied. */
    private void mended(FileChannel file, Map<Integer, ByteBuffer> flipped) {
        await("mended on the disk, seed " + seed)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    for (var each : flipped.entrySet()) {
                        assertThat(block(file, each.getKey()).mismatch(each.getValue()))
                                .as("block %d", each.getKey())
                                .isEqualTo(-1);
                    }
                });
    }

    private void reported(BlockFleet fleet, Node node, long flips) {
        await("reported, seed " + seed)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    assertThat((long) node.metric(CORRUPT)).isGreaterThanOrEqualTo(flips);
                    assertThat(fleet.replica(VOLUME, node))
                            .anyMatch(seen -> seen.getCorruptBlocks() >= flips);
                });
    }
}
