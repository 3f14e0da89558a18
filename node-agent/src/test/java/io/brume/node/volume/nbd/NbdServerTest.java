package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.volume.FailingBlockDevice;
import io.brume.node.volume.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NbdServerTest {
    private static final int SIZE = 8 << 20;

    @TempDir private Path folder;

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static NbdLimits limits(int connections, int requests, Duration times) {
        return new NbdLimits(connections, requests, 40L << 20, times, times);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsWhatIsWritten(boolean structured) throws Exception {
        try (var test = TestServer.start(folder, new MemoryBlockDevice(SIZE))) {
            try (var client = NbdClient.go(test.socket, structured)) {
                byte[] data = bytes(3 << 20, 1);
                client.write(0, 1, 12_345, data);
                assertThat(client.error(1)).isZero();
                assertThat(client.read(2, 0, 12_345, data.length)).isEqualTo(data);
                assertThat(client.read(3, 0, 12_346, 10))
                        .isEqualTo(Arrays.copyOfRange(data, 1, 11));
                assertThat(client.read(4, 0, SIZE - 4096, 4096)).containsOnly(0);
                client.request(Nbd.CMD_DISC, 0, 5, 0, 0);
                assertThat(client.isClosedByServer()).isTrue();
            }
            test.awaitNothingKept();
        }
    }

    /**
     * Several clients at once, each in a part of the device that is its own, with many requests
     * under way, on a device that answers late and in any order.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void answersEveryRequestOnceAndRightly(long seed) throws Exception {
        boolean structured = seed % 2 == 0;
        double failures = seed > 3 ? 0.1 : 0;
        try (var test =
                TestServer.start(
                        folder,
                        limits(8, 64, Duration.ofSeconds(10)),
                        loop ->
                                new FailingBlockDevice(
                                        new MemoryBlockDevice(4L * SIZE),
                                        loop,
                                        new Random(seed),
                                        failures))) {
            var failed = new CompletableFuture<Void>();
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                var workload =
                        new Workload(
                                (long) i * SIZE, SIZE, seed * 31 + i, structured, failures > 0);
                threads[i] =
                        Thread.ofPlatform()
                                .start(() -> {
                                    try (var client = NbdClient.go(test.socket, structured)) {
                                        workload.run(client, 300);
                                    } catch (Throwable e) {
                                        failed.completeExceptionally(e);
                                    }
                                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failed.isCompletedExceptionally())
                    .as(() -> "seed " + seed + ": " + failed.exceptionNow())
                    .isFalse();
            test.awaitNothingKept();
        }
    }

    @Test
    void aFlushOnOneConnectionCoversTheOthers() throws Exception {
        var device = new MemoryBlockDevice(SIZE);
        try (var test = TestServer.start(folder, device);
                var one = NbdClient.go(test.socket, true);
                var other = NbdClient.go(test.socket, false)) {
            one.write(0, 1, 0, bytes(4096, 1));
            assertThat(one.error(1)).isZero();
            assertThat(other.read(1, 0, 0, 4096)).isEqualTo(bytes(4096, 1));
            other.request(Nbd.CMD_FLUSH, 0, 2, 0, 0);
            assertThat(other.error(2)).isZero();
            assertThat(test.on(device::flushes)).isEqualTo(1);
            one.write(Nbd.CMD_FLAG_FUA, 3, 0, bytes(4096, 2));
            assertThat(one.error(3)).isZero();
            one.request(Nbd.CMD_TRIM, Nbd.CMD_FLAG_FUA, 4, 0, 8192);
            assertThat(one.error(4)).isZero();
            one.request(Nbd.CMD_WRITE_ZEROES, Nbd.CMD_FLAG_FUA, 5, 1, 5);
            assertThat(one.error(5)).isZero();
            assertThat(test.on(device::durableWrites)).isEqualTo(3);
        }
    }

    /**
     * A client with one thread, which asks for more than the sockets hold, and then sends more than
     * they hold before it takes the first answer: it waits until we take what it sends.
     */
    @Test
    @Timeout(30)
    void takesRequestsFromAClientThatTakesNoAnswersYet() throws Exception {
        try (var test = TestServer.start(folder, new MemoryBlockDevice(SIZE));
                var client = NbdClient.go(test.socket, false)) {
            int reads = 20;
            int length = 256 << 10;
            ByteBuffer requests =
                    ByteBuffer.allocate((reads + 1) * Nbd.REQUEST_BYTES + Nbd.MAX_BLOCK / 8);
            for (int i = 0; i < reads; i++) {
                requests.put(NbdClient.header(Nbd.CMD_READ, 0, i, 0, length));
            }
            int rest = requests.remaining() - Nbd.REQUEST_BYTES;
            requests.put(NbdClient.header(Nbd.CMD_WRITE, 0, reads, 0, rest));
            client.send(requests.rewind());
            for (int i = 0; i < reads; i++) {
                assertThat(client.reply(length).error()).isZero();
            }
            assertThat(client.error(reads)).isZero();
        }
    }

    @Test
    void aFullQueueStopsReadingAndLosesNothing() throws Exception {
        int most = 10;
        var held = new FailingBlockDevice[1];
        try (var test =
                        TestServer.start(
                                folder,
                                limits(4, most, Duration.ofSeconds(10)),
                                loop -> {
                                    held[0] =
                                            new FailingBlockDevice(
                                                    new MemoryBlockDevice(SIZE),
                                                    loop,
                                                    new Random(1),
                                                    0);
                                    return held[0];
                                });
                var client = NbdClient.go(test.socket, false)) {
            test.on(() -> {
                held[0].hold(true);
                return true;
            });
            for (int i = 0; i < 3 * most; i++) {
                client.write(0, i, i * 4096L, bytes(4096, i));
            }
            Awaitility.await().until(() -> test.on(held[0]::underWay) == most);
            test.on(() -> {
                held[0].hold(false);
                return true;
            });
            Set<Long> answered = new HashSet<>();
            for (int i = 0; i < 3 * most; i++) {
                answered.add(client.reply(0).cookie());
            }
            assertThat(answered).hasSize(3 * most);
            assertThat(test.on(held[0]::mostUnderWay)).isEqualTo(most);
        }
    }

    @Test
    void theLongestRequestsWaitForTheirTurnInMemory() throws Exception {
        try (var test = TestServer.start(folder, new MemoryBlockDevice(64L << 20))) {
            byte[] data = bytes(32 << 20, 3);
            try (var one = NbdClient.go(test.socket, false);
                    var other = NbdClient.go(test.socket, true)) {
                one.write(0, 1, 100, data);
                assertThat(one.error(1)).isZero();
                // Three times what fits, on two connections, none of which takes answers yet.
                for (int i = 0; i < 2; i++) {
                    one.request(Nbd.CMD_READ, 0, 10, 100, data.length);
                    other.request(Nbd.CMD_READ, 0, 10, 100, data.length);
                }
                assertThat(test.on(test.server::bytesUnderWay)).isLessThanOrEqualTo(40L << 20);
                // Both take their answers, each on a thread, since the server serves both in turn.
                var second =
                        new FutureTask<>(() -> {
                            long sum = 0;
                            while (sum < 2L * data.length) {
                                var reply = other.reply(0);
                                sum += reply.data().remaining() - 8;
                            }
                            return sum;
                        });
                Thread.ofPlatform().start(second);
                for (int i = 0; i < 2; i++) {
                    byte[] got = new byte[data.length];
                    one.reply(data.length).data().get(got);
                    assertThat(Arrays.equals(got, data)).isTrue();
                }
                assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(2L * data.length);
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void whoTakesNoAnswersWhileOthersWaitIsClosed() throws Exception {
        try (var test =
                TestServer.start(
                        folder,
                        limits(4, 100, Duration.ofMillis(300)),
                        loop -> {
                            var device = new MemoryBlockDevice(64L << 20);
                            device.write(0, ByteBuffer.allocate(48 << 20), false, e -> {});
                            return device;
                        })) {
            try (var rude = NbdClient.go(test.socket, false);
                    var polite = NbdClient.go(test.socket, false)) {
                rude.request(Nbd.CMD_READ, 0, 1, 0, 32 << 20);
                Awaitility.await().until(() -> test.on(test.server::bytesUnderWay) > 30 << 20);
                assertThat(polite.read(1, 0, 0, 32 << 20)).hasSize(32 << 20);
                assertThat(rude.isClosedByServer()).isTrue();
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void aSilentHandshakeIsClosed() throws Exception {
        try (var test =
                TestServer.start(
                        folder,
                        limits(4, 10, Duration.ofMillis(200)),
                        loop -> new MemoryBlockDevice(SIZE))) {
            try (var silent = NbdClient.connect(test.socket);
                    var slow = NbdClient.connect(test.socket);
                    var fine = NbdClient.go(test.socket, true)) {
                slow.greet(3);
                assertThat(silent.isClosedByServer()).isTrue();
                assertThat(slow.isClosedByServer()).isTrue();
                assertThat(fine.read(1, 0, 0, 512)).containsOnly(0);
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        try (var test =
                TestServer.start(
                        folder,
                        limits(2, 10, Duration.ofSeconds(10)),
                        loop -> new MemoryBlockDevice(SIZE))) {
            try (var one = NbdClient.go(test.socket, true);
                    var two = NbdClient.go(test.socket, true)) {
                try (var three = NbdClient.connect(test.socket)) {
                    assertThat(three.isClosedByServer()).isTrue();
                }
                assertThat(one.read(1, 0, 0, 512)).hasSize(512);
                assertThat(two.read(1, 0, 0, 512)).hasSize(512);
            }
            test.awaitNothingKept();
            NbdClient.go(test.socket, true).close();
        }
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() throws Exception {
        var held = new FailingBlockDevice[1];
        try (var test =
                TestServer.start(
                        folder,
                        NbdLimits.STANDARD,
                        loop -> {
                            held[0] =
                                    new FailingBlockDevice(
                                            new MemoryBlockDevice(SIZE), loop, new Random(1), 0);
                            return held[0];
                        })) {
            test.on(() -> {
                held[0].hold(true);
                return true;
            });
            try (var client = NbdClient.go(test.socket, false)) {
                for (int i = 0; i < 15; i++) {
                    client.write(0, i, 0, bytes(70_000, i));
                    client.request(Nbd.CMD_READ, 0, 100 + i, 0, 1_100_000);
                }
                // A write that will never be whole.
                client.request(Nbd.CMD_WRITE, 0, 1000, 0, 1 << 20);
                client.send(ByteBuffer.allocate(1000));
                Awaitility.await().until(() -> test.on(held[0]::underWay) > 20);
            }
            Awaitility.await().until(() -> test.on(test.server::connections) == 0);
            test.on(() -> {
                held[0].hold(false);
                return true;
            });
            test.awaitNothingKept();
        }
    }

    @Test
    void restartingAnswersWhatIsUnderWayAndTellsTheNewSize() throws Exception {
        var device = new MemoryBlockDevice(SIZE);
        var held = new FailingBlockDevice[1];
        try (var test =
                TestServer.start(
                        folder,
                        NbdLimits.STANDARD,
                        loop -> {
                            held[0] = new FailingBlockDevice(device, loop, new Random(1), 0);
                            return held[0];
                        })) {
            try (var client = NbdClient.go(test.socket, true)) {
                test.on(() -> {
                    held[0].hold(true);
                    return true;
                });
                client.write(0, 1, 0, bytes(4096, 1));
                Awaitility.await().until(() -> test.on(held[0]::underWay) == 1);
                test.on(() -> {
                    device.grow(2 * SIZE);
                    test.server.restartConnections();
                    held[0].hold(false);
                    return true;
                });
                assertThat(client.error(1)).isZero();
                assertThat(client.isClosedByServer()).isTrue();
            }
            try (var client = NbdClient.connect(test.socket)) {
                client.greet(3);
                client.option(Nbd.OPT_INFO, NbdClient.goData("disk"));
                assertThat(ByteBuffer.wrap(client.optionReply().data()).getLong(2))
                        .isEqualTo(2 * SIZE);
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void restartingDropsAWriteThatIsNotWhole() throws Exception {
        var held = new FailingBlockDevice[1];
        try (var test =
                TestServer.start(
                        folder,
                        NbdLimits.STANDARD,
                        loop -> {
                            held[0] =
                                    new FailingBlockDevice(
                                            new MemoryBlockDevice(SIZE), loop, new Random(1), 0);
                            return held[0];
                        })) {
            test.on(() -> {
                held[0].hold(true);
                return true;
            });
            try (var client = NbdClient.go(test.socket, true)) {
                client.request(Nbd.CMD_WRITE, 0, 1, 0, 2 << 20);
                client.send(ByteBuffer.allocate((1 << 20) + 1000));
                Awaitility.await().until(() -> test.on(test.server::bytesUnderWay) == 2 << 20);
                long began = System.nanoTime();
                test.on(() -> {
                    test.server.restartConnections();
                    held[0].hold(false);
                    return true;
                });
                // It is not answered: the client has to make it again.
                assertThatThrownBy(() -> client.receive(1)).isInstanceOf(IOException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .isLessThan(NbdLimits.STANDARD.stalled());
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void theSocketIsItsOwnersAndReplacesAnOldOne() throws Exception {
        Files.createFile(folder.resolve("nbd.sock"));
        try (var test = TestServer.start(folder, new MemoryBlockDevice(SIZE))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(test.socket)))
                    .isEqualTo("rw-------");
            NbdClient.go(test.socket, true).close();
            assertThat(folder.toFile().list()).containsExactly("nbd.sock");
        }
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void anOldServerLeavesTheSocketOfANewOne() throws Exception {
        try (var fresh = TestServer.start(folder, new MemoryBlockDevice(SIZE))) {
            var old = TestServer.start(folder, new MemoryBlockDevice(SIZE));
            try (var fresher = TestServer.start(folder, new MemoryBlockDevice(2 * SIZE))) {
                old.close();
                fresh.close();
                NbdClient.go(fresher.socket, true).close();
            }
        }
    }

    @Test
    void whoSendsHalfAWriteWhileOthersWaitIsClosed() throws Exception {
        try (var test =
                TestServer.start(
                        folder,
                        new NbdLimits(
                                4, 100, 33L << 20, Duration.ofSeconds(9), Duration.ofMillis(300)),
                        loop -> {
                            var device = new MemoryBlockDevice(64L << 20);
                            device.write(0, ByteBuffer.allocate(48 << 20), false, e -> {});
                            return device;
                        })) {
            try (var rude = NbdClient.go(test.socket, false);
                    var polite = NbdClient.go(test.socket, false)) {
                rude.request(Nbd.CMD_WRITE, 0, 1, 0, 2 << 20);
                Awaitility.await().until(() -> test.on(test.server::bytesUnderWay) > 0);
                assertThat(polite.read(1, 0, 1, 32 << 20)).hasSize(32 << 20);
                assertThat(rude.isClosedByServer()).isTrue();
            }
            test.awaitNothingKept();
        }
    }

    @Test
    void closingEndsConnections() throws Exception {
        var test = TestServer.start(folder, new MemoryBlockDevice(SIZE));
        try (var client = NbdClient.go(test.socket, true)) {
            test.close();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThatThrownBy(() -> NbdClient.connect(test.socket)).isInstanceOf(IOException.class);
    }
}
