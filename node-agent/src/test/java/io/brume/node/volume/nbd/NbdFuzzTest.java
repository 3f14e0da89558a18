package io.brume.node.volume.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.brume.node.volume.FailingBlockDevice;
import io.brume.node.volume.MemoryBlockDevice;
import io.brume.node.volume.SelectorLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Clients that send what no client should. Nothing may fail, hang, or be kept. Seeds are fixed and
 * told, so that a failure comes again.
 */
@Timeout(120)
class NbdFuzzTest {
    private static final int SIZE = 1 << 20;

    @TempDir private Path folder;

    /** A conversation that is right, and then made wrong in a few places. */
    private static byte[] conversation(Random random) {
        var stream = new ByteArrayOutputStream();
        stream.writeBytes(ByteBuffer.allocate(4).putInt(random.nextInt(8) == 0 ? 7 : 3).array());
        int options = random.nextInt(4);
        for (int i = 0; i < options; i++) {
            int option = random.nextInt(13);
            byte[] data =
                    switch (random.nextInt(4)) {
                        case 0 -> new byte[0];
                        case 1 -> NbdClient.contexts("", "base:allocation");
                        case 2 -> NbdClient.goData("", 3);
                        default -> noise(random, random.nextInt(200));
                    };
            option(stream, option, data);
        }
        if (random.nextBoolean()) {
            option(stream, Nbd.OPT_STRUCTURED_REPLY, new byte[0]);
            option(stream, Nbd.OPT_SET_META_CONTEXT, NbdClient.contexts("", "base:allocation"));
        }
        option(stream, Nbd.OPT_GO, NbdClient.goData("", 3));
        for (int i = random.nextInt(12); i >= 0; i--) {
            int command = random.nextInt(10) == 0 ? random.nextInt(1 << 16) : random.nextInt(9);
            int length = random.nextInt(6000);
            if (random.nextInt(10) == 0) {
                length = random.nextInt();
            }
            long offset = random.nextInt(12) == 0 ? random.nextLong() : random.nextInt(SIZE);
            int flags = random.nextInt(3) == 0 ? random.nextInt(40) : 0;
            stream.writeBytes(NbdClient.header(command, flags, i, offset, length).array());
            if (command == Nbd.CMD_WRITE && length >= 0 && length < 10_000) {
                stream.writeBytes(noise(random, length));
            }
        }
        byte[] bytes = stream.toByteArray();
        if (random.nextInt(3) > 0) {
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return random.nextInt(3) == 0
                ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
                : bytes;
    }

    private static void option(ByteArrayOutputStream stream, int option, byte[] data) {
        stream.writeBytes(
                ByteBuffer.allocate(16)
                        .putLong(Nbd.OPTION_MAGIC)
                        .putInt(option)
                        .putInt(data.length)
                        .array());
        stream.writeBytes(data);
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void theParsersTakeAnything() throws IOException {
        var device = new MemoryBlockDevice(SIZE);
        var export = new NbdExport("disk", "", false);
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var wire = new Wire(device, export, random);
            try {
                wire.feed(conversation(random));
                wire.drop();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(wire.pool.lent()).as("seed " + seed).isZero();
            assertThat(wire.pool.lentSmall()).as("seed " + seed).isZero();
        }
    }

    @Test
    void theServerTakesAnything() throws Exception {
        var errors = new ListAppender<ILoggingEvent>();
        errors.start();
        Logger logger = (Logger) LoggerFactory.getLogger(SelectorLoop.class);
        logger.addAppender(errors);
        try (var test =
                TestServer.start(
                        folder,
                        new NbdLimits(
                                8, 16, 40L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10)),
                        loop ->
                                new FailingBlockDevice(
                                        new MemoryBlockDevice(SIZE), loop, new Random(5), 0.1))) {
            converse(test, 0, 20);
            test.awaitNothingKept();
            long files = openFiles();
            converse(test, 20, 1000);
            test.awaitNothingKept();
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(files));
            assertThat(test.on(() -> test.server.pool().kept())).isLessThanOrEqualTo(40L << 20);
            try (var client = NbdClient.go(test.socket, true)) {
                client.request(99, 0, 1, 0, 0);
                assertThat(client.error(1)).isEqualTo(Nbd.EINVAL);
            }
        } finally {
            logger.detachAppender(errors);
        }
        assertThat(errors.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    private static void converse(TestServer test, long from, long to) throws IOException {
        for (long seed = from; seed < to; seed++) {
            var random = new Random(seed);
            try (var client = NbdClient.connect(test.socket)) {
                client.channel().configureBlocking(false);
                exchange(client.channel(), ByteBuffer.wrap(conversation(random)), random);
            }
        }
    }

    /** Sends all, or until the server has had enough; reads now and then. */
    private static void exchange(SocketChannel channel, ByteBuffer bytes, Random random)
            throws IOException {
        ByteBuffer answers = ByteBuffer.allocate(16_384);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try {
            while (bytes.hasRemaining()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                int part = Math.min(bytes.remaining(), 1 + random.nextInt(2000));
                ByteBuffer slice = bytes.slice(bytes.position(), part);
                bytes.position(bytes.position() + channel.write(slice));
                if (random.nextBoolean() && channel.read(answers.clear()) < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // Its right: the server closed the connection.
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset( by peer)?");
        }
    }

    private static long openFiles() {
        String[] files = new java.io.File("/proc/self/fd").list();
        return files == null ? -1 : files.length;
    }
}
