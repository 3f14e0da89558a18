package io.brume.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.config.HostPort;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.ReplicaOpened;
import io.brume.storage.block.InMemoryReplica;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BlockServerTest {
    /** A client that does not read its answers may send so many requests: fewer than the bound. */
    private static final int UNANSWERED = Blocks.MOST_REQUESTS - 56;

    @TempDir Path folder;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        assertThat(server.server.connections()).isZero();
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void servesEveryOperation() throws Exception {
        server.replica("vol-1", 3, "i-agent");
        try (var client = server.dial()) {
            ReplicaOpened opened = client.opened("vol-1", 3);
            assertThat(opened.getSizeBytes()).isEqualTo(TestServer.SIZE);
            assertThat(opened.getLastSequence()).isZero();
            byte[] small = bytes(Blocks.BLOCK, 1);
            byte[] large = bytes(Blocks.MOST_DATA, 2);
            assertThat(client.ask(Operation.READ, 0, Blocks.BLOCK).payload()).isEmpty();
            assertThat(client.write(1, Blocks.BLOCK, small)).isEqualTo(BlockStatus.OK);
            assertThat(client.write(2, Blocks.MOST_DATA, large)).isEqualTo(BlockStatus.OK);
            assertThat(client.read(Blocks.BLOCK, Blocks.BLOCK)).isEqualTo(small);
            assertThat(client.read(Blocks.MOST_DATA, Blocks.MOST_DATA)).isEqualTo(large);
            ByteBuffer sums = client.ask(Operation.SUMS, 0, 2 * Blocks.BLOCK).buffer();
            assertThat(sums.getLong()).isZero();
            assertThat(sums.getLong()).isEqualTo(Blocks.sum(ByteBuffer.wrap(small)));
            assertThat(client.ask(Operation.DIGESTS, 0, 1 << 30).payload()).hasSize(2048 * 8);
            ByteBuffer extents = client.ask(Operation.EXTENTS, 0, 2 * Blocks.CHUNK).buffer();
            assertThat(List.of(extents.getInt(), extents.getInt()))
                    .containsExactly(Blocks.CHUNK, 0);
            assertThat(List.of(extents.getInt(), extents.getInt()))
                    .containsExactly(Blocks.CHUNK, 1);
            assertThat(client.ask(Operation.ZERO, 0, 3, 0, 8192, new byte[0]).status())
                    .isEqualTo(BlockStatus.OK);
            assertThat(client.read(Blocks.BLOCK, Blocks.BLOCK)).containsOnly(0);
            assertThat(client.ask(Operation.FLUSH, 0, 0).status()).isEqualTo(BlockStatus.OK);
            assertThat(client.cut(4, "snap-1")).isEqualTo(BlockStatus.OK);
            assertThat(client.ask(Operation.ADOPT, 0, 8192).status()).isEqualTo(BlockStatus.OK);
            assertThat(opened.getTellsDamage()).isTrue();
            TestClient.Answer damaged = client.ask(Operation.DAMAGED, 0, 0);
            assertThat(damaged.status()).isEqualTo(BlockStatus.OK);
            assertThat(damaged.payload()).isEmpty();
            assertThat(client.ask(Operation.RESIZE, 2 * TestServer.SIZE, 0).status())
                    .isEqualTo(BlockStatus.OK);
        }
        try (var client = server.dial()) {
            ReplicaOpened opened = client.opened("vol-1", 3);
            assertThat(opened.getLastSequence()).isEqualTo(4);
            assertThat(opened.getCutsList()).containsExactly("snap-1");
            assertThat(opened.getSizeBytes()).isEqualTo(2 * TestServer.SIZE);
        }
        assertThat(server.counters.requests(Operation.WRITE)).isEqualTo(2);
        assertThat(server.counters.bytesWritten()).isEqualTo(Blocks.BLOCK + Blocks.MOST_DATA);
        assertThat(server.counters.flushes()).isEqualTo(1);
    }

    @Test
    void passesOnWhatTheReplicaCannot() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        try (var client = server.dial("vol-1", 1)) {
            byte[] wrong = TestClient.summed(bytes(Blocks.BLOCK, 1));
            wrong[100] ^= 1;
            assertThat(client.ask(Operation.WRITE, 0, 1, 0, Blocks.BLOCK, wrong).status())
                    .isEqualTo(BlockStatus.BAD_SUM);
            // Its last number must not vouch for a change that it does not have.
            assertThat(client.write(2, 0, bytes(Blocks.BLOCK, 1)))
                    .isEqualTo(BlockStatus.SHORT_OF_SEQUENCE);
        }
        try (var client = server.dial("vol-1", 1)) {
            replica.fail(Optional.of(BlockStatus.NO_SPACE));
            assertThat(client.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.NO_SPACE);
            replica.fail(Optional.of(BlockStatus.CORRUPT));
            assertThat(client.ask(Operation.READ, 0, Blocks.BLOCK).status())
                    .isEqualTo(BlockStatus.CORRUPT);
            replica.fail(Optional.of(BlockStatus.IO_ERROR));
            assertThat(client.ask(Operation.FLUSH, 0, 0).status()).isEqualTo(BlockStatus.IO_ERROR);
            replica.fail(Optional.empty());
        }
        try (var client = server.dial("vol-1", 1)) {
            assertThat(client.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.OK);
        }
        assertThat(server.counters.refusals()).isEqualTo(5);
    }

    @Test
    void refusesRangesThatAreNotTheVolumes() throws Exception {
        server.replica("vol-1", 1, "i-agent");
        try (var client = server.dial("vol-1", 1)) {
            for (long offset :
                    List.of(1L, TestServer.SIZE, TestServer.SIZE - 512, Long.MAX_VALUE - 4095)) {
                for (Operation operation :
                        List.of(
                                Operation.READ,
                                Operation.ZERO,
                                Operation.SUMS,
                                Operation.DIGESTS,
                                Operation.EXTENTS,
                                Operation.ADOPT)) {
                    assertThat(client.ask(operation, offset, Blocks.BLOCK).status())
                            .as("%s at %d", operation, offset)
                            .isEqualTo(BlockStatus.BAD_REQUEST);
                }
            }
            assertThat(client.ask(Operation.READ, 0, 0).status())
                    .isEqualTo(BlockStatus.BAD_REQUEST);
            assertThat(client.ask(Operation.READ, 0, Blocks.MOST_DATA + Blocks.BLOCK).status())
                    .isEqualTo(BlockStatus.BAD_REQUEST);
            assertThat(client.ask(Operation.SUMS, 0, 1 << 30).status())
                    .isEqualTo(BlockStatus.BAD_REQUEST);
            assertThat(client.ask(Operation.RESIZE, Blocks.BLOCK, 0).status())
                    .isEqualTo(BlockStatus.BAD_REQUEST);
            assertThat(client.ask(Operation.WRITE, 0, 1, 0, 8192, new byte[4104]).status())
                    .isEqualTo(BlockStatus.BAD_REQUEST);
        }
        try (var client = server.dial("vol-1", 1)) {
            assertThat(client.cut(1, "../etc")).isEqualTo(BlockStatus.BAD_REQUEST);
        }
        try (var client = server.dial("vol-1", 1)) {
            assertThat(client.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.OK);
        }
    }

    @Test
    void opensOnlyWhatWasToldWithTheEpochThatWasTold() throws Exception {
        try (var client = server.dial()) {
            assertThat(client.open("vol-1", 1)).isEqualTo(BlockStatus.NOT_HERE);
            server.replica("vol-1", 2, "");
            assertThat(client.open("vol-1", 2)).isEqualTo(BlockStatus.STALE_EPOCH);
            server.replica("vol-1", 2, "i-agent");
            assertThat(client.open("vol-1", 1)).isEqualTo(BlockStatus.STALE_EPOCH);
            assertThat(client.open("vol-1", 3)).isEqualTo(BlockStatus.NOT_HERE);
            assertThat(client.open("vol-1", 2)).isEqualTo(BlockStatus.OK);
        }
    }

    @Test
    void refusesEverythingOfAnOlderEpoch() throws Exception {
        server.replica("vol-1", 1, "i-agent");
        try (var old = server.dial("vol-1", 1)) {
            assertThat(old.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.OK);
            server.replica("vol-1", 2, "i-other");
            for (Operation operation :
                    List.of(
                            Operation.READ,
                            Operation.ZERO,
                            Operation.FLUSH,
                            Operation.SUMS,
                            Operation.RESIZE)) {
                assertThat(old.ask(operation, 0, Blocks.BLOCK).status())
                        .isEqualTo(BlockStatus.STALE_EPOCH);
            }
            assertThat(old.write(2, 0, bytes(Blocks.BLOCK, 2))).isEqualTo(BlockStatus.STALE_EPOCH);
        }
    }

    @Test
    void aChangeOfAnOlderEpochIsNeverMadeOnceANewerOneIsTold() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        for (long epoch = 1; epoch <= 20; epoch++) {
            try (var client = server.dial("vol-1", epoch)) {
                long first = replica.lastSequence() + 1;
                var writer = Thread.ofPlatform().start(() -> writeUntilRefused(client, first));
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> replica.lastSequence() > first + 10);
                server.grants.grant(replica, epoch + 1, "i-agent");
                long last = replica.lastSequence();
                writer.join();
                assertThat(replica.lastSequence()).isEqualTo(last);
            }
        }
    }

    private static void writeUntilRefused(TestClient client, long first) {
        try {
            byte[] block = bytes(Blocks.BLOCK, first);
            long sequence = first;
            while (client.write(sequence, 0, block) == BlockStatus.OK) {
                sequence++;
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void takesChangesOnlyFromWhoOpenedLast() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        try (var first = server.dial("vol-1", 1);
                var second = server.dial("vol-1", 1)) {
            assertThat(first.write(1, 0, bytes(Blocks.BLOCK, 1)))
                    .isEqualTo(BlockStatus.STALE_EPOCH);
            assertThat(second.write(1, 0, bytes(Blocks.BLOCK, 2))).isEqualTo(BlockStatus.OK);
            assertThat(first.read(0, Blocks.BLOCK)).isEqualTo(bytes(Blocks.BLOCK, 2));
            assertThat(replica.lastSequence()).isEqualTo(1);
        }
    }

    @Test
    void aFlushHoldsUpNobody() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        var gate = new CountDownLatch(1);
        replica.holdFlushes(gate);
        try (var client = server.dial("vol-1", 1)) {
            Set<Long> flushes = new HashSet<>();
            long sequence = 0;
            for (int i = 0; i < 10; i++) {
                flushes.add(client.send(Operation.FLUSH, 0, 0, 0, 0, new byte[0]));
                sequence++;
                assertThat(client.write(sequence, 0, bytes(Blocks.BLOCK, i)))
                        .isEqualTo(BlockStatus.OK);
            }
            byte[] block = TestClient.summed(bytes(Blocks.BLOCK, 99));
            flushes.add(
                    client.send(
                            Operation.WRITE,
                            RequestHeader.FUA,
                            sequence + 1,
                            0,
                            Blocks.BLOCK,
                            block));
            assertThat(client.read(Blocks.MOST_DATA, Blocks.BLOCK)).containsOnly(0);
            assertThat(replica.lastSequence()).isEqualTo(sequence + 1);
            gate.countDown();
            for (int left = flushes.size(); left > 0; left--) {
                TestClient.Answer answer = client.answer();
                assertThat(answer.status()).isEqualTo(BlockStatus.OK);
                assertThat(flushes.remove(answer.tag())).isTrue();
            }
            // The first alone, unless it began only when the others had come, too; they together.
            assertThat(replica.flushes()).isBetween(1, 2);
        }
    }

    @Test
    void stopsReadingWhenTooManyFlushesWait() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        var gate = new CountDownLatch(1);
        replica.holdFlushes(gate);
        int many = 3 * Blocks.MOST_REQUESTS;
        try (var client = server.dial("vol-1", 1)) {
            // The sender waits as well, once the socket is full.
            var sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < many; i++) {
                                    flush(client);
                                }
                            });
            await().until(() ->
                    server.counters.requests(Operation.FLUSH) == Blocks.MOST_REQUESTS + 2);
            gate.countDown();
            for (int i = 0; i < many; i++) {
                assertThat(client.answer().status()).isEqualTo(BlockStatus.OK);
            }
            sender.join();
        }
    }

    private static void flush(TestClient client) {
        try {
            client.send(Operation.FLUSH, 0, 0, 0, 0, new byte[0]);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void waitsForAPeerThatDoesNotReadItsAnswers() throws Exception {
        server.replica("vol-1", 1, "i-agent");
        byte[] data = bytes(Blocks.MOST_DATA, 5);
        try (var client = server.dial("vol-1", 1);
                var other = server.dial()) {
            assertThat(client.write(1, 0, data)).isEqualTo(BlockStatus.OK);
            for (int i = 0; i < 200; i++) {
                client.send(Operation.READ, 0, 0, 0, Blocks.MOST_DATA, new byte[0]);
            }
            await().until(() -> server.counters.requests(Operation.READ) >= 1);
            // Others are served meanwhile.
            assertThat(other.opened("vol-1", 1).getLastSequence()).isEqualTo(1);
            assertThat(other.read(0, Blocks.MOST_DATA)).isEqualTo(data);
            assertThat(server.counters.requests(Operation.READ)).isLessThan(10);
            for (int i = 0; i < 200; i++) {
                assertThat(client.answer().payload()).hasSize(Blocks.MOST_PAYLOAD);
            }
        }
    }

    @Test
    void answersManyRequestsOfEverySizeInOneStream() throws Exception {
        InMemoryReplica replica = server.replica("vol-1", 1, "i-agent");
        var random = new Random(42);
        byte[] expected = new byte[8 << 20];
        try (var client = server.dial("vol-1", 1)) {
            var frames = new ArrayList<Long>();
            for (int round = 1; round <= UNANSWERED; round++) {
                int blocks = 1 + random.nextInt(random.nextBoolean() ? 4 : 256);
                int at = random.nextInt(2048 - blocks) * Blocks.BLOCK;
                byte[] data = bytes(blocks * Blocks.BLOCK, round);
                System.arraycopy(data, 0, expected, at, data.length);
                frames.add(
                        client.send(
                                Operation.WRITE,
                                0,
                                round,
                                at,
                                data.length,
                                TestClient.summed(data)));
            }
            for (long tag : frames) {
                TestClient.Answer answer = client.answer();
                assertThat(answer.tag()).isEqualTo(tag);
                assertThat(answer.status()).isEqualTo(BlockStatus.OK);
            }
            for (int at = 0; at < expected.length; at += 12 * Blocks.BLOCK) {
                int length = Math.min(12 * Blocks.BLOCK, expected.length - at);
                byte[] part = java.util.Arrays.copyOfRange(expected, at, at + length);
                assertThat(client.read(at, length)).isEqualTo(part);
            }
        }
        assertThat(replica.lastSequence()).isEqualTo(UNANSWERED);
    }

    @Test
    void endsConnectionsThatOpenNothingOrStandStill() throws Exception {
        Path other = Files.createDirectory(folder.resolve("o"));
        try (var hasty =
                new TestServer(
                        other,
                        standard ->
                                new BlockServer.Options(
                                        standard.socket(),
                                        standard.listen(),
                                        3,
                                        Duration.ofMillis(300),
                                        Duration.ofMillis(300)))) {
            hasty.replica("vol-1", 1, "i-agent");
            try (var idle = hasty.dial();
                    var halfway = hasty.dial("vol-1", 1);
                    var good = hasty.dial("vol-1", 1);
                    var beyond = hasty.dial()) {
                assertThat(beyond.isClosedByServer()).isTrue();
                halfway.sendRaw(new byte[] {0x42, 0x52});
                assertThat(idle.isClosedByServer()).isTrue();
                assertThat(halfway.isClosedByServer()).isTrue();
                assertThat(good.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.OK);
                await().until(() -> hasty.server.connections() == 1);
            }
        }
    }

    @Test
    void endsWhoSendsWhatIsNoRequest() throws Exception {
        server.replica("vol-1", 1, "i-agent");
        var frames = new ArrayList<byte[]>();
        for (int at : List.of(0, 4, 5, 6, 16, 24, 32, 36)) {
            byte[] frame = new byte[RequestHeader.SIZE];
            RequestHeader.write(ByteBuffer.wrap(frame), Operation.READ, 0, 1, 0, 0, 4096, 0);
            frame[at] = (byte) 0x80;
            frames.add(frame);
        }
        byte[] tooMuch = new byte[RequestHeader.SIZE];
        RequestHeader.write(ByteBuffer.wrap(tooMuch), Operation.WRITE, 0, 1, 0, 0, 4096, 1 << 24);
        frames.add(tooMuch);
        byte[] again = new byte[RequestHeader.SIZE];
        RequestHeader.write(ByteBuffer.wrap(again), Operation.OPEN, 0, 1, 0, 0, 0, 0);
        frames.add(again);
        for (byte[] frame : frames) {
            try (var client = server.dial("vol-1", 1)) {
                client.sendRaw(frame);
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
        try (var client = server.dial()) {
            client.send(Operation.READ, 0, 0, 0, 4096, new byte[0]);
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(server.counters.malformedConnections()).isEqualTo(frames.size() + 1);
    }

    @Test
    void endsTheUsersOfAReplicaThatIsWithdrawn() throws Exception {
        server.replica("vol-1", 1, "i-agent");
        try (var client = server.dial("vol-1", 1);
                var other = server.dial()) {
            assertThat(client.write(1, 0, bytes(Blocks.BLOCK, 1))).isEqualTo(BlockStatus.OK);
            server.grants.withdraw("vol-1");
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(other.open("vol-1", 1)).isEqualTo(BlockStatus.NOT_HERE);
        }
    }

    @Test
    void itsSocketIsItsOwnersAlone() throws Exception {
        Path socket = server.server.socket().orElseThrow();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        // A socket that a killed program has left is no hindrance.
        try (var next = new TestServer(folder)) {
            next.replica("vol-1", 1, "i-agent");
            try (var client = next.dial("vol-1", 1)) {
                assertThat(client.read(0, Blocks.BLOCK)).containsOnly(0);
            }
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void doesWithoutASocketWhereItsPathIsTooLong() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("d".repeat(100)));
        try (var remote = new TestServer(deep)) {
            assertThat(remote.server.socket()).isEmpty();
            assertThat(new HostPort("127.0.0.1", remote.server.port()).port()).isPositive();
        }
    }
}
