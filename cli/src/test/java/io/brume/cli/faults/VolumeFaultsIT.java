package io.brume.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rounds of sudden deaths under a load of writes: at a random moment one program, or several, or
 * all at once, die as by {@code kill -9}, and are started again by their supervisors. Whatever was
 * acknowledged is found after each round; at the end all replicas hold the same.
 *
 * <p>{@code -Dbrume.seed=N} plays a run's schedule again; {@code -Dbrume.fault.rounds=N} makes it
 * longer.
 */
@Timeout(3600)
class VolumeFaultsIT {
    private static final int ROUNDS = Integer.getInteger("brume.fault.rounds", 0);
    private static final int USUAL_ROUNDS = 100;
    private static final int FEWEST_ROUNDS = 10;
    private static final Duration USUAL_TIME = Duration.ofSeconds(45);

    /** The part of the volume that is used: small, so that writes come to lie over one another. */
    private static final int BLOCKS = 4096;

    private final long seed = Long.getLong("brume.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Duration> longest = new LinkedHashMap<>();
    private int rounds;

    /** As many rounds as were asked for; otherwise as fit into a time, and some on any machine. */
    private boolean isEnough(long began) {
        if (ROUNDS > 0) {
            return rounds == ROUNDS;
        }
        Duration passed = Duration.ofNanos(System.nanoTime() - began);
        return rounds >= USUAL_ROUNDS
                || (rounds >= FEWEST_ROUNDS && passed.compareTo(USUAL_TIME) > 0);
    }

    private List<String> victims() {
        List<String> all = new ArrayList<>(CloudVolume.STORAGE_NODES);
        all.add(CloudVolume.AGENT);
        all.add(CloudVolume.CONTROL_PLANE);
        Collections.shuffle(all, random);
        int kind = random.nextInt(20);
        return kind == 0 ? all : all.subList(0, kind < 5 ? 2 : 1);
    }

    @Test
    void whatWasAcknowledgedOutlivesEveryDeath() throws Exception {
        System.out.printf("deaths under load: -Dbrume.seed=%d%n", seed);
        try (var volume = CloudVolume.make()) {
            var history = new History(BLOCKS);
            long began = System.nanoTime();
            long answered = 0;
            try {
                while (!isEnough(began)) {
                    answered += round(volume, history, ++rounds);
                }
                volume.awaitWhole("the end");
                new Replicas(volume).areAllAs(history);
            } catch (Exception | AssertionError e) {
                System.out.println(volume.cloud.logs());
                throw e;
            }
            System.out.printf(
                    "measured: %d rounds of deaths, %d requests, %d writes: %d s%n",
                    rounds,
                    answered,
                    history.count(),
                    Duration.ofNanos(System.nanoTime() - began).toSeconds());
            longest.forEach((who, wait) ->
                    System.out.printf(
                            "measured: longest wait of a request, death of %s: %d ms%n",
                            who, wait.toMillis()));
        }
    }

    private long round(CloudVolume volume, History history, int round) throws Exception {
        List<String> victims = victims();
        String when = "round %d, seed %d, %s".formatted(round, seed, victims);
        long answered;
        try (var load = Load.begin(volume.socket(), volume.volume, history, random.nextLong())) {
            TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(250)); // the random moment itself
            for (String victim : victims) {
                volume.cloud.kill(victim);
            }
            for (String victim : victims) {
                volume.cloud.awaitReady(victim);
            }
            volume.awaitWhole(when);
            load.check();
            answered = load.answered();
            String who = victims.size() > 1 ? victims.size() + " programs" : victims.getFirst();
            longest.merge(
                    who.replaceAll("storage-node-.", "storage-node"),
                    load.longest(),
                    (a, b) -> a.compareTo(b) > 0 ? a : b);
        }
        assertThat(answered).as(when).isPositive();
        check(volume, history, when);
        return answered;
    }

    /** Reads all of it, in rest. */
    private static void check(CloudVolume volume, History history, String when) throws Exception {
        try (var connection = NbdConnection.open(volume.socket(), volume.volume)) {
            int step = 256;
            for (int first = 0; first < history.blocks(); first += step) {
                var reply =
                        connection.read(
                                (long) first * NumberedBlock.BYTES,
                                step * NumberedBlock.BYTES,
                                Load.PATIENCE);
                assertThat(reply.error()).as(when).isZero();
                try {
                    history.check(first, ByteBuffer.wrap(reply.data()));
                } catch (NumberedBlock.WrongBytesException e) {
                    throw new AssertionError(when, e);
                }
            }
        }
    }
}
