package io.brume.cli.faults;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cloud of three storage nodes whose programs die as by {@code kill -9}, at random moments, and
 * are started again by their supervisors: under a guest and its fio, the guest's machine itself,
 * and all of them under a load of writes. Whatever was acknowledged is found.
 *
 * <p>{@code -Dbrume.seed=N} plays a run's schedule again; {@code -Dbrume.fault.rounds=N} makes the
 * last test longer.
 */
@Timeout(3600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VolumeFaultsIT {
    private static final int ROUNDS = Integer.getInteger("brume.fault.rounds", 0);
    private static final int USUAL_ROUNDS = 100;
    private static final int FEWEST_ROUNDS = 15;
    private static final Duration USUAL_TIME = Duration.ofSeconds(30);
    private static final int MACHINES = 5;
    private static final int SNAPSHOTS = 20;

    /** The part of the volume that is used: small, so that writes come to lie over one another. */
    private static final int BLOCKS = 4096;

    /** Where fio uses the volume, beyond that part; bytes. */
    private static final long FIO = 512L << 20;

    private final long seed = Long.getLong("brume.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final History history = new History(BLOCKS);
    private final Map<String, Duration> longest = new LinkedHashMap<>();
    private @Nullable CloudVolume made;
    private @Nullable SmallGuest launched;
    private int rounds;

    @BeforeAll
    void begin() throws IOException {
        System.out.printf("deaths under load: -Dbrume.seed=%d%n", seed);
        made = CloudVolume.make();
    }

    @AfterAll
    void end() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private CloudVolume volume() {
        return requireNonNull(made);
    }

    private SmallGuest guest() {
        return requireNonNull(launched);
    }

    private interface Story {
        void tell() throws Exception;
    }

    /** With the programs' last words, if it ends badly. */
    private void told(Story story) throws Exception {
        try {
            story.tell();
        } catch (Exception | AssertionError e) {
            if (launched != null) {
                System.out.println(launched.console());
            }
            System.out.println(volume().cloud.logs());
            throw e;
        }
    }

    @Test
    @Order(1)
    void fioInAGuestAndOutsideOfItSeesNothingOfStorageNodesThatDie(@TempDir Path folder)
            throws Exception {
        told(() -> {
            long began = System.nanoTime();
            Path disk = FioDisk.make(folder);
            SmallGuest guest = SmallGuest.launch(volume());
            launched = guest;
            volume().awaitWhole("the guest's tools", guest.tools);
            FioDisk.put(disk, volume().socket(guest.tools), guest.tools);
            try (var outside = new OutsideFio(volume().socket(), FIO)) {
                verifiedOnceMore(guest, outside);
                List<String> victims = new ArrayList<>(CloudVolume.STORAGE_NODES);
                Collections.shuffle(victims, random);
                for (String victim : victims.subList(0, 2)) {
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1000)); // the random moment itself
                    volume().cloud.kill(victim);
                    // It is out of the set for a while, and shown so, before it is back in step.
                    CloudVolume.within(60, victim + " is missed")
                            .until(() -> !volume().isWhole(guest.root));
                    volume().cloud.awaitReady(victim);
                    for (String each : List.of(guest.root, volume().volume)) {
                        volume().awaitWhole(victim + ", seed " + seed, each);
                    }
                }
                verifiedOnceMore(guest, outside);
                System.out.printf(
                        "measured: fio verified %d times in a guest and %d times outside of it"
                                + " while two storage nodes died: %d s%n",
                        guest.verified(),
                        outside.verified(),
                        Duration.ofNanos(System.nanoTime() - began).toSeconds());
            }
        });
    }

    /** Waits until both have written and verified all of their part once more. */
    private static void verifiedOnceMore(SmallGuest guest, OutsideFio outside) throws IOException {
        long inside = guest.verified();
        int out = outside.verified();
        CloudVolume.within(120, "fio verifies once more")
                .until(() -> {
                    assertThat(guest.console()).doesNotContain("fio has failed");
                    // The one that was under way may have begun before.
                    return guest.verified() > inside + (inside < 0 ? 0 : 1)
                            && outside.verified() > out + (out == 0 ? 0 : 1);
                });
    }

    @Test
    @Order(2)
    void whatAGuestHasSyncedOutlivesItsMachine() throws Exception {
        told(() -> {
            long began = System.nanoTime();
            long synced = 0;
            SmallGuest guest = guest();
            guest.die();
            for (int round = 1; round <= MACHINES; round++) {
                var when = "death %d of the machine, seed %d".formatted(round, seed);
                guest.start();
                CloudVolume.within(120, when).until(() -> guest.synced() >= 0);
                assertThat(guest.rootHolds()).as(when).isGreaterThanOrEqualTo(synced);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1000)); // the random moment itself
                guest.die();
                synced = guest.synced();
                checkRecords(guest, synced, when);
            }
            guest.terminate();
            System.out.printf(
                    "measured: %d records synced before %d deaths of QEMU: %d s%n",
                    synced, MACHINES, Duration.ofNanos(System.nanoTime() - began).toSeconds());
        });
    }

    /** Each place of the disk holds a whole record, and none older than the last synced one. */
    private void checkRecords(SmallGuest guest, long synced, String when) throws Exception {
        ByteBuffer read;
        try (var connection =
                NbdConnection.patiently(
                        volume().socket(guest.records), guest.records, Load.PATIENCE)) {
            var reply = connection.read(0, SmallGuest.PLACES * NumberedBlock.BYTES, Load.PATIENCE);
            assertThat(reply.error()).as(when).isZero();
            read = ByteBuffer.wrap(reply.data());
        }
        for (int place = 0; place < SmallGuest.PLACES; place++) {
            byte[] record = new byte[NumberedBlock.BYTES];
            read.get(record);
            long least = synced - Math.floorMod(synced - place, SmallGuest.PLACES);
            SmallGuest.check(record, place, least, when);
        }
    }

    @Test
    @Order(3)
    void aChainOfSnapshotsIsDeletedInRandomOrder() throws Exception {
        told(() -> new SnapshotChain(volume(), random, "seed " + seed).live(SNAPSHOTS));
    }

    @Test
    @Order(4)
    void clientsThatSayWhatNoneShouldChangeNothingForTheOthers() throws Exception {
        told(() -> {
            String other = volume().create("Size", 1);
            volume().attach(other, "/dev/sdg");
            volume().awaitWhole("a volume to be talked to", other);
            ProcessHandle agent = volume().cloud.program(CloudVolume.AGENT);
            int conversations;
            try (var load =
                    Load.begin(volume().socket(), volume().volume, history, random.nextLong())) {
                var clients = new HostileClients(volume().socket(other), other, seed);
                clients.talk(Duration.ofSeconds(1));
                long files = openSockets(agent);
                conversations = clients.talk(Duration.ofSeconds(4));
                CloudVolume.within(20, "the agent keeps no connection, seed " + seed)
                        .until(() -> openSockets(agent) <= files);
                assertThat(load.answered()).isGreaterThan(100);
            }
            assertThat(volume().cloud.program(CloudVolume.AGENT)).isEqualTo(agent);
            check(volume(), "hostile clients, seed " + seed);
            try (var client =
                    NbdConnection.patiently(volume().socket(other), other, Load.PATIENCE)) {
                assertThat(client.read(0, NumberedBlock.BYTES, Load.PATIENCE).error()).isZero();
            }
            volume().delete(other);
            System.out.printf("measured: %d conversations of hostile clients%n", conversations);
        });
    }

    /** Files of replicas it opens as they are read, and keeps. */
    private static long openSockets(ProcessHandle of) throws IOException {
        long sockets = 0;
        try (var files = Files.newDirectoryStream(Path.of("/proc/" + of.pid() + "/fd"))) {
            for (Path file : files) {
                if (isSocket(file)) {
                    sockets++;
                }
            }
        }
        return sockets;
    }

    private static boolean isSocket(Path file) throws IOException {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (NoSuchFileException e) {
            // Closed meanwhile.
            return false;
        }
    }

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
    @Order(5)
    void whatWasAcknowledgedOutlivesEveryDeath() throws Exception {
        told(() -> {
            long began = System.nanoTime();
            long answered = 0;
            while (!isEnough(began)) {
                answered += round(volume(), ++rounds);
            }
            volume().awaitWhole("the end");
            new Replicas(volume()).areAllAs(history);
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
        });
    }

    private long round(CloudVolume volume, int round) throws Exception {
        List<String> victims = victims();
        String when = "round %d, seed %d, %s".formatted(round, seed, victims);
        long answered;
        try (var load = Load.begin(volume.socket(), volume.volume, history, random.nextLong())) {
            CloudVolume.within(90, when).until(() -> load.answered() > 20);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(250)); // the random moment itself
            for (String victim : victims) {
                volume.cloud.kill(victim);
            }
            for (String victim : victims) {
                volume.cloud.awaitReady(victim);
            }
            // Usually the next death comes while replicas are still on their way back.
            if (random.nextInt(4) == 0) {
                volume.awaitWhole(when);
            }
            load.check();
            answered = load.answered();
            String who = victims.size() > 1 ? victims.size() + " programs" : victims.getFirst();
            longest.merge(
                    who.replaceAll("storage-node-.", "storage-node"),
                    load.longest(),
                    (a, b) -> a.compareTo(b) > 0 ? a : b);
        }
        check(volume, when);
        return answered;
    }

    /** Reads all of it, in rest. */
    private void check(CloudVolume volume, String when) throws Exception {
        try (var connection =
                NbdConnection.patiently(volume.socket(), volume.volume, Load.PATIENCE)) {
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
