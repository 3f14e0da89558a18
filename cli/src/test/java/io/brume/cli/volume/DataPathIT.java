package io.brume.cli.volume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.node.volume.VolumeStatus.Phase;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fio writes and verifies through NBD and the coordinator while replicas are killed. */
class DataPathIT {
    private static final long SIZE = 192L << 20;

    private final long seed = Long.getLong("brume.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir Path folder;

    @BeforeEach
    void tell() {
        System.out.printf("deaths of replicas: -Dbrume.seed=%d%n", seed);
    }

    /** Writes one half of the volume at random for a while, and verifies what it has written. */
    private static Process fio(String uri, long offset, int block, int seconds) throws Exception {
        return new ProcessBuilder(
                        "fio",
                        "--name=load",
                        "--ioengine=nbd",
                        "--uri=" + uri,
                        "--offset=" + offset,
                        "--size=" + SIZE / 2,
                        "--rw=randwrite",
                        "--bs=" + block,
                        "--iodepth=16",
                        "--fsync=16",
                        "--verify=crc32c",
                        "--verify_fatal=1",
                        "--verify_backlog=64",
                        "--verify_state_save=0",
                        "--randrepeat=0",
                        "--time_based",
                        "--runtime=" + seconds,
                        "--output-format=terse")
                .redirectErrorStream(true)
                .start();
    }

    private static void awaitGood(Process process) throws Exception {
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("fio does not end");
            }
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.exitValue()).as(output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Lets the load go on for so long; on a slow machine it may have come to its good end. */
    private static void load(Process fio, int millis) throws InterruptedException {
        if (fio.waitFor(millis, TimeUnit.MILLISECONDS)) {
            assertThat(fio.exitValue()).as("fio, before anything was killed again").isZero();
        }
    }

    /** What NBD clients read, all of it. */
    private static String digest(ServedByReplicas volume) throws Exception {
        Process copy =
                new ProcessBuilder("nbdcopy", volume.uri(), "-")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = copy.getInputStream()) {
            byte[] bytes = new byte[1 << 20];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                digest.update(bytes, 0, n);
            }
        }
        assertThat(copy.waitFor()).isZero();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void awaitWhole(ServedByReplicas volume) {
        Awaitility.await("all replicas in the set")
                .atMost(Duration.ofSeconds(60))
                .until(volume::isWhole);
    }

    /** Deaths as long as fio is at work, two at least. */
    private void survives(boolean here, int seconds) throws Exception {
        try (var volume = new ServedByReplicas(folder, 3, SIZE, here)) {
            awaitWhole(volume);
            // Block sizes that tile the volume: fio cannot verify writes that overlap.
            Process small = fio(volume.uri(), 0, 13_824, seconds);
            Process large = fio(volume.uri(), SIZE / 2, 256 << 10, seconds);
            int rounds = 0;
            while (small.isAlive() || rounds < 2) {
                load(small, random.nextInt(500));
                ReplicaProcess victim = volume.replicas.get(random.nextInt(volume.replicas.size()));
                int removed = volume.removals();
                victim.kill();
                if (rounds % 4 == 0 && small.isAlive()) {
                    Awaitility.await("it is given up")
                            .atMost(Duration.ofSeconds(20))
                            .until(() -> volume.removals() > removed || !small.isAlive());
                }
                victim.start();
                victim.awaitServing();
                volume.bringBack(victim);
                awaitWhole(volume);
                rounds++;
            }
            awaitGood(small);
            awaitGood(large);
            awaitWhole(volume);
            assertThat(volume.status().phase()).as("seed %d", seed).isEqualTo(Phase.SERVING);
            String all = digest(volume);
            for (ReplicaProcess replica : volume.replicas) {
                volume.serveOnly(replica);
                assertThat(digest(volume)).as("%s, seed %d", replica.nodeId, seed).isEqualTo(all);
            }
            System.out.printf("measured: %d deaths of one of three replicas under fio%n", rounds);
        }
    }

    @Test
    void fioSeesNothingOfReplicasThatAreKilled() throws Exception {
        survives(true, 20);
    }

    @Test
    void theSameOverTls() throws Exception {
        survives(false, 10);
    }

    @Test
    void theOnlyReplicaIsWaitedFor() throws Exception {
        try (var volume = new ServedByReplicas(folder, 1, SIZE, true)) {
            Process small = fio(volume.uri(), 0, 4 << 10, 8);
            Process large = fio(volume.uri(), SIZE / 2, 1 << 20, 8);
            int rounds = 0;
            while (small.isAlive() || rounds < 2) {
                // It is tried again after 300 ms at most: each life of it serves something.
                load(small, 400 + random.nextInt(500));
                ReplicaProcess only = volume.replicas.getFirst();
                only.kill();
                only.start();
                only.awaitServing();
                rounds++;
            }
            System.out.printf("measured: %d deaths of the only replica under fio%n", rounds);
            awaitGood(small);
            awaitGood(large);
            assertThat(volume.status().phase()).isEqualTo(Phase.SERVING);
        }
    }
}
