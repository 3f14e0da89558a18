package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.store.raft.ReplicatedStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments loses nothing that was acknowledged and leaves nothing half
 * done. {@code -Dbrume.kills=N} rounds, {@code -Dbrume.seed=N} the moments.
 */
class StoreKillIT {
    private static final Pattern ACKNOWLEDGED = Pattern.compile("(\\d+) (\\d+)");
    private static final int ROUNDS = Integer.getInteger("brume.kills", 10);

    @TempDir private Path directory;
    @TempDir private Path temporary;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void nothingAcknowledgedIsLostAndNothingIsHalfDone() throws Exception {
        long seed = Long.getLong("brume.seed", ThreadLocalRandom.current().nextLong(1 << 20));
        SplittableRandom random = new SplittableRandom(seed);
        int[] acknowledged = new int[KilledStore.WRITERS];
        int total = 0;
        for (int round = 0; round < ROUNDS; round++) {
            total += runAndKill(random.nextInt(20, 1200), acknowledged);
            try (ReplicatedStore store = TestStores.alone(directory, 300)) {
                for (int writer = 0; writer < KilledStore.WRITERS; writer++) {
                    // What has been seen must stay, as if it had been acknowledged.
                    acknowledged[writer] =
                            verify(
                                    store,
                                    writer,
                                    acknowledged[writer],
                                    "seed " + seed + " round " + round);
                }
            }
        }
        assertThat(total).isGreaterThan(ROUNDS * 10);
    }

    /** Kills the program so many milliseconds after its first sign of life. */
    private int runAndKill(int millis, int[] acknowledged) throws Exception {
        // Into a file: when a process ends, the JDK empties its pipe beside whoever is reading it,
        // who may then miss what was said last.
        Path said = temporary.resolve("said");
        Files.deleteIfExists(said);
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                // Killed, it leaves what it has unpacked.
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledStore.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.size(said) > 0 || !process.isAlive());
            // The random moment itself.
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(137);
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(said);
        assertThat(lines.getFirst()).isEqualTo("ready");
        int told = 0;
        for (String line : lines) {
            Matcher words = ACKNOWLEDGED.matcher(line);
            if (words.matches()) {
                int writer = Integer.parseInt(words.group(1));
                acknowledged[writer] =
                        Math.max(acknowledged[writer], Integer.parseInt(words.group(2)));
                told++;
            }
        }
        return told;
    }

    private static int verify(Store store, int writer, int acknowledged, String where) {
        List<Entry<String, String>> rows =
                store.view(tx ->
                        tx.stream(Fruit.NAMES, KeyCodec.stringsStartingWith("row-" + writer + "-"))
                                .toList());
        String counter =
                store.<@Nullable String>view(
                        tx -> tx.get(Fruit.NAMES, KilledStore.counter(writer)));
        int count = counter == null ? 0 : Integer.parseInt(counter);
        assertThat(count).as(where + " writer " + writer).isGreaterThanOrEqualTo(acknowledged);
        // At most the one that was on its way can be there without having been acknowledged.
        assertThat(count).as(where).isLessThanOrEqualTo(acknowledged + 1);
        assertThat(rows).as(where).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(rows.get(i).key()).isEqualTo(KilledStore.row(writer, i + 1));
        }
        return count;
    }
}
