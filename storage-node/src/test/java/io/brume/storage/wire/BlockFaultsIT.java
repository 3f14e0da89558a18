package io.brume.storage.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.files.BlockFiles;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real store behind a real server on a disk that is full, or rots. */
@Timeout(120)
final class BlockFaultsIT {
    private static final long SIZE = 256L << 20;
    private static final int LENGTH = 256 << 10;
    private static final BlockOptions OPTIONS =
            new BlockOptions(16 << 20, 4 << 20, 4, 8 << 20, 128 << 10);

    @TempDir Path folder;

    /** A store on a folder, served. */
    private final class Served implements AutoCloseable {
        final DiskBlockStore store;
        final BlockServer server;

        Served(Path data) throws Exception {
            store =
                    DiskBlockStore.open(
                            data.resolve("blocks"), BlockFiles.system(), OPTIONS, new Random());
            var authority = CertificateAuthority.create("test", Time.system());
            KeyPair keys = Keys.generate();
            var identity =
                    new Identity(
                            keys.getPrivate(),
                            authority.certifyClient(
                                    Keys.request(keys, "node"),
                                    "node-storage",
                                    Duration.ofHours(1)));
            var grants = new Grants();
            grants.grant(store.create("vol-1", SIZE, Optional.empty()), 1, "node-agent");
            server =
                    new BlockServer(
                            BlockServer.Options.standard(
                                    folder.resolve("blocks.sock"), new HostPort("127.0.0.1", 0)),
                            grants,
                            new BlockCounters(),
                            () -> identity,
                            Time.system());
        }

        TestClient dial() throws Exception {
            TestClient client = TestClient.unix(server.socket().orElseThrow());
            client.opened("vol-1", 1);
            return client;
        }

        @Override
        public void close() throws Exception {
            server.close();
            store.close();
        }
    }

    private static byte[] content(int number) {
        byte[] bytes = new byte[number % 3 == 0 ? Blocks.BLOCK : LENGTH];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private static void check(TestClient client, List<Integer> there) throws Exception {
        for (int number : there) {
            byte[] wanted = content(number);
            assertThat(client.read((long) number * LENGTH, wanted.length))
                    .as("number " + number)
                    .isEqualTo(wanted);
        }
    }

    /** Writes from a number on until the disk is full, or all is written. */
    private static int fill(TestClient client, int from, long sequence, List<Integer> there)
            throws Exception {
        long next = sequence;
        for (int number = from; (number + 1L) * LENGTH <= SIZE; number++) {
            int flags = number % 5 == 0 ? RequestHeader.FUA : 0;
            BlockStatus status =
                    client.write(++next, (long) number * LENGTH, content(number), flags);
            if (status == BlockStatus.NO_SPACE) {
                return number;
            }
            assertThat(status).isEqualTo(BlockStatus.OK);
            there.add(number);
        }
        return -1;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Test
    void aFullDiskRefusesLosesNothingAndGoesOn() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString());
        try {
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[64 << 20]);
            List<Integer> there = new ArrayList<>();
            try (var served = new Served(disk)) {
                int refused;
                try (TestClient client = served.dial()) {
                    refused = fill(client, 0, 0, there);
                    assertThat(refused).isPositive();
                    assertThat(client.ask(Operation.FLUSH, 0, 0).status())
                            .isEqualTo(BlockStatus.OK);
                    check(client, there);
                }
                Files.delete(ballast);
                try (TestClient client = served.dial()) {
                    // Again from the refused one on, in the same program.
                    int before = there.size();
                    fill(client, refused, refused, there);
                    assertThat(there.size()).isGreaterThan(before + 100);
                    check(client, there);
                }
            }
            try (var served = new Served(disk);
                    TestClient client = served.dial()) {
                check(client, there);
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    @Test
    void rotIsNeverServed() throws Exception {
        long seed = Long.getLong("brume.seed", System.nanoTime());
        var random = new Random(seed);
        List<Integer> there = new ArrayList<>();
        try (var served = new Served(folder);
                TestClient client = served.dial()) {
            for (int number = 0; number < 60; number++) {
                assertThat(client.write(number + 1, (long) number * LENGTH, content(number)))
                        .isEqualTo(BlockStatus.OK);
                there.add(number);
            }
        }
        // Once more, so that the journal is applied; then bits flip under the open store.
        try (var served = new Served(folder);
                TestClient client = served.dial()) {
            check(client, there);
            List<Path> segments;
            try (Stream<Path> files = Files.walk(folder.resolve("blocks/volumes"))) {
                segments = files.filter(each -> each.toString().endsWith(".data")).toList();
            }
            for (int flip = 0; flip < 100; flip++) {
                flip(segments.get(random.nextInt(segments.size())), random);
            }
            int corrupt = 0;
            for (int number : there) {
                byte[] wanted = content(number);
                for (int at = 0; at < wanted.length; at += Blocks.BLOCK) {
                    TestClient.Answer answer =
                            client.ask(Operation.READ, (long) number * LENGTH + at, Blocks.BLOCK);
                    if (answer.status() == BlockStatus.CORRUPT) {
                        corrupt++;
                    } else {
                        byte[] bytes = new byte[Blocks.BLOCK];
                        answer.buffer().get(Long.BYTES, bytes);
                        assertThat(bytes)
                                .as("seed " + seed + ", number " + number)
                                .isEqualTo(
                                        java.util.Arrays.copyOfRange(
                                                wanted, at, at + Blocks.BLOCK));
                    }
                }
            }
            assertThat(corrupt).as("seed " + seed).isBetween(1, 100);
            assertThat(client.ask(Operation.DAMAGED, 0, 0).payload()).hasSize(corrupt * Long.BYTES);
            // Written anew it is right again.
            for (int number : there) {
                assertThat(client.write(number + 100, (long) number * LENGTH, content(number)))
                        .isEqualTo(BlockStatus.OK);
            }
            check(client, there);
            assertThat(client.ask(Operation.DAMAGED, 0, 0).payload()).isEmpty();
        }
    }

    private static void flip(Path path, Random random) throws Exception {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            long at = random.nextLong(file.length());
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 1 << random.nextInt(8));
        }
    }
}
