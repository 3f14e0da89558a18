package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one instance on one host, a client whose every write waits for the one before on
 * another volume, and snapshots of all volumes at one moment; with storage nodes that restart, an
 * agent that does, and epochs that begin. From one seed, on one thread. Storage nodes lose nothing
 * here: {@link VolumeSimulation} is about that.
 */
final class CutGroupSimulation {
    private static final long MICROS = 1_000;
    private static final int BLOCKS = 4;
    private static final String HOST = "host-0";
    private static final CoordinatorOptions OPTIONS = VolumeSimulation.OPTIONS;

    /** What is to happen beside the client and the snapshots. */
    enum Faults {
        NONE,
        STORAGE,
        ALL
    }

    private final Random random;
    private final SimulatedLoop loop = new SimulatedLoop();
    private final SimulatedNetwork network;
    private final Faults faults;
    private final boolean grouped;
    private final List<Disk> disks = new ArrayList<>();
    private final List<Group> wanted = new ArrayList<>();
    private CutGroups registry = new CutGroups();
    private int life;
    private boolean ended;
    private long step;
    private long begun;
    long longestPauseNanos;
    int restarts;

    /** A volume, as the control plane, its host and its storage nodes have it. */
    private final class Disk {
        final String id;
        final List<SimulatedReplica> replicas = new ArrayList<>();
        long epoch = 1;

        /** What the agent keeps on its disk. */
        @Nullable VolumeWant heard;

        @Nullable VolumeCoordinator coordinator;

        Disk(int index) {
            id = "vol-" + index;
            int copies = 1 + random.nextInt(2);
            for (int i = 0; i < copies; i++) {
                var replica = new SimulatedReplica(id + "-node-" + i, BLOCKS, random, loop);
                replica.told(epoch, HOST);
                replicas.add(replica);
            }
        }

        void hear(VolumeWant want) {
            VolumeWant known = heard;
            if (known != null && known.generation() >= want.generation()) {
                return;
            }
            heard = want;
            VolumeCoordinator serving = coordinator;
            if (serving != null) {
                serving.apply(want);
            }
        }

        void serve() {
            VolumeWant want = heard;
            if (want == null) {
                throw new AssertionError("serves what nobody wants");
            }
            int mine = life;
            coordinator =
                    new VolumeCoordinator(
                            loop,
                            this::dial,
                            OPTIONS,
                            registry,
                            want,
                            status -> loop.afterMicros(delay(), () -> reported(mine, status)));
        }

        private ReplicaLink dial(
                ReplicaWant want, String volumeId, long atEpoch, ReplicaLink.Listener listener) {
            SimulatedReplica replica =
                    replicas.stream()
                            .filter(one -> one.nodeId.equals(want.nodeId()))
                            .findFirst()
                            .orElseThrow();
            return new SimulatedLink(HOST, atEpoch, replica, network, random, listener);
        }

        private void reported(int of, VolumeStatus status) {
            if (of == life && status.epoch() == epoch) {
                boolean news = false;
                for (Group group : wanted) {
                    String snapshot = group.of(this);
                    if (status.cuts().contains(snapshot)) {
                        news |= group.uncut.remove(id);
                    }
                    if (status.failedCuts().contains(snapshot) && !group.failed) {
                        group.failed = true;
                        news = true;
                    }
                }
                if (news) {
                    disks.forEach(disk -> tell(disk, delay()));
                }
            }
        }
    }

    /** Snapshots that are to be of one moment. */
    private static final class Group {
        final String id;
        final Map<String, String> snapshots = new LinkedHashMap<>();
        final Set<String> uncut = new TreeSet<>();
        boolean failed;

        Group(String id, List<Disk> disks) {
            this.id = id;
            for (Disk disk : disks) {
                snapshots.put(disk.id, "snap-" + id + "-" + disk.id);
                uncut.add(disk.id);
            }
        }

        String of(Disk disk) {
            return requireNonNull(snapshots.get(disk.id));
        }

        boolean isWantedOf(Disk disk) {
            return !failed && uncut.contains(disk.id);
        }
    }

    CutGroupSimulation(long seed, Faults faults, boolean grouped) {
        random = new Random(seed);
        network = new SimulatedNetwork(random);
        this.faults = faults;
        this.grouped = grouped;
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            disks.add(new Disk(i));
        }
    }

    private long delay() {
        return 100L + random.nextInt(10_000);
    }

    private long generation = 1;

    private VolumeWant want(Disk disk) {
        var cuts = new ArrayList<String>();
        var groups = new ArrayList<CutGroup>();
        for (Group group : wanted) {
            if (group.isWantedOf(disk)) {
                String snapshot = group.of(disk);
                cuts.add(snapshot);
                if (grouped) {
                    groups.add(new CutGroup(group.id, snapshot, group.uncut));
                }
            }
        }
        return new VolumeWant(
                disk.id,
                generation++,
                disk.epoch,
                (long) BLOCKS * Blocks.BLOCK,
                disk.replicas.stream()
                        .map(replica ->
                                new ReplicaWant(
                                        replica.nodeId, true, replica.nodeId, "", replica.nodeId))
                        .toList(),
                0,
                0,
                cuts,
                DataKey.NONE,
                groups);
    }

    private void tell(Disk disk, long micros) {
        VolumeWant want = want(disk);
        loop.afterMicros(micros, () -> disk.hear(want));
    }

    void run() {
        for (Disk disk : disks) {
            disk.heard = want(disk);
            disk.serve();
        }
        write();
        loop.afterMicros(50_000 + random.nextInt(300_000), this::snapshot);
        if (faults != Faults.NONE) {
            loop.afterMicros(50_000 + random.nextInt(200_000), this::fault);
        }
        loop.runUntil(3_000_000 * MICROS);
        ended = true;
        long until = loop.nanos() + 60_000_000L * MICROS;
        while (loop.nanos() < until && !isSettled()) {
            loop.runUntil(loop.nanos() + 100_000 * MICROS);
        }
        loop.runUntil(loop.nanos() + 500_000 * MICROS);
        check();
    }

    private boolean isSettled() {
        return wanted.stream().allMatch(group -> group.failed || group.uncut.isEmpty());
    }

    // ---- the client ----

    /** One write after the other, each on the next volume, with the number of the round. */
    private void write() {
        begun = loop.nanos();
        attempt(step);
    }

    private void attempt(long of) {
        Disk disk = disks.get((int) (of % disks.size()));
        VolumeCoordinator serving = disk.coordinator;
        if (serving == null) {
            loop.afterMicros(2_000, () -> attempt(of));
            return;
        }
        ByteBuffer data = ByteBuffer.allocate(Blocks.BLOCK);
        data.putLong(0, of / disks.size() + 1);
        serving.write(
                0,
                data,
                false,
                error -> {
                    if (error != 0) {
                        loop.afterMicros(1_000, () -> attempt(of));
                        return;
                    }
                    longestPauseNanos = Math.max(longestPauseNanos, loop.nanos() - begun);
                    step = of + 1;
                    loop.afterMicros(random.nextInt(1_500), this::write);
                });
    }

    // ---- snapshots ----

    private void snapshot() {
        if (ended) {
            return;
        }
        wanted.add(new Group("group-" + wanted.size(), disks));
        // The words of one call may come far apart.
        int apart = random.nextInt(4) == 0 ? 800_000 : 20_000;
        disks.forEach(disk -> tell(disk, 100 + random.nextInt(apart)));
        loop.afterMicros(100_000 + random.nextInt(600_000), this::snapshot);
    }

    // ---- faults ----

    private void fault() {
        if (ended) {
            return;
        }
        loop.afterMicros(20_000 + random.nextInt(500_000), this::fault);
        switch (random.nextInt(faults == Faults.ALL ? 4 : 2)) {
            case 0, 1 -> {
                Disk disk = disks.get(random.nextInt(disks.size()));
                SimulatedReplica replica = disk.replicas.get(random.nextInt(disk.replicas.size()));
                if (replica.up) {
                    replica.kill();
                    loop.afterMicros(5_000 + random.nextInt(900_000), replica::restart);
                }
            }
            case 2 -> restartAgent();
            case 3 -> {
                Disk disk = disks.get(random.nextInt(disks.size()));
                disk.epoch++;
                long now = disk.epoch;
                disk.replicas.forEach(replica -> replica.told(now, HOST));
                tell(disk, delay());
            }
            default -> throw new AssertionError();
        }
    }

    /** The program dies; another one begins with what this one had written down. */
    private void restartAgent() {
        restarts++;
        life++;
        for (Disk disk : disks) {
            VolumeCoordinator dying = disk.coordinator;
            disk.coordinator = null;
            if (dying != null) {
                dying.close();
            }
        }
        registry = new CutGroups();
        int now = life;
        for (Disk disk : disks) {
            loop.afterMicros(
                    1_000 + random.nextInt(60_000),
                    () -> {
                        if (now == life) {
                            disk.serve();
                        }
                    });
            // The session comes back, with the latest word.
            tell(disk, 100_000 + random.nextInt(1_500_000));
        }
    }

    // ---- the end ----

    int made() {
        return (int) wanted.stream().filter(one -> !one.failed && one.uncut.isEmpty()).count();
    }

    int failed() {
        return (int) wanted.stream().filter(group -> group.failed).count();
    }

    /** How many groups are of more than one moment. */
    int torn() {
        int torn = 0;
        for (Group group : wanted) {
            if (!group.failed && group.uncut.isEmpty() && !isOneMoment(group)) {
                torn++;
            }
        }
        return torn;
    }

    private boolean isOneMoment(Group group) {
        long first = round(group, disks.getFirst());
        long before = first;
        for (Disk disk : disks) {
            long here = round(group, disk);
            if (here > before || here < first - 1) {
                return false;
            }
            before = here;
        }
        return true;
    }

    /** The number of the round in a snapshot, the same on every copy. */
    private static long round(Group group, Disk disk) {
        String snapshot = group.of(disk);
        Optional<Long> round = Optional.empty();
        for (SimulatedReplica replica : disk.replicas) {
            byte[][] content = replica.state().cuts.get(snapshot);
            if (content == null) {
                throw new AssertionError(replica.nodeId + " has no " + snapshot);
            }
            long here = ByteBuffer.wrap(content[0]).getLong(0);
            if (round.isPresent() && round.get() != here) {
                throw new AssertionError(snapshot + " differs on " + replica.nodeId);
            }
            round = Optional.of(here);
        }
        return round.orElseThrow();
    }

    private void check() {
        if (!isSettled()) {
            throw new AssertionError(
                    "neither cut nor failed: "
                            + wanted.stream()
                                    .filter(group -> !group.failed && !group.uncut.isEmpty())
                                    .map(group -> group.id + " " + group.uncut)
                                    .toList());
        }
        long before = step;
        loop.runUntil(loop.nanos() + 2_000_000 * MICROS);
        if (step == before) {
            throw new AssertionError("nothing is written any more");
        }
        if (registry.size() != 0) {
            throw new AssertionError("groups that nobody wants are kept: " + registry.size());
        }
    }
}
