package io.brume.node.volume;

import io.brume.node.volume.VolumeModel.Flush;
import io.brume.node.volume.VolumeModel.Read;
import io.brume.node.volume.VolumeModel.Write;
import io.brume.node.volume.VolumeStatus.Phase;
import io.brume.proto.block.Blocks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A volume with its replicas, control plane, network, clients and faults on one thread, from one
 * seed. Ends with all faults healed: then everything must be answered, whole and equal.
 */
final class VolumeSimulation {
    private static final long MICROS = 1_000;
    private static final int SECTOR = SimulatedReplica.SECTOR;

    /** Short times, so that a simulation sees many of them end. */
    static final CoordinatorOptions OPTIONS =
            new CoordinatorOptions(
                    Duration.ofMillis(800),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(200),
                    Duration.ofMillis(1200),
                    Duration.ofMillis(200),
                    Duration.ofMillis(60),
                    64 << 20,
                    16 << 20,
                    2,
                    8 << 20);

    private final Random random;
    private final SimulatedLoop loop = new SimulatedLoop();
    private final SimulatedNetwork network;
    private final Map<String, SimulatedReplica> replicas = new LinkedHashMap<>();
    private final SimulatedControlPlane control;
    private final List<Host> hosts = new ArrayList<>();
    private final VolumeModel model;
    private final boolean encrypted;
    private final int blocks;
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private long values = 1;
    private boolean faults = true;
    private int cuts;
    int failovers;
    int errors;

    /** A host with a coordinator, and the client that uses it. */
    private final class Host {
        final int index;
        final String name;
        @Nullable VolumeCoordinator coordinator;
        boolean dead;
        int underWay;
        boolean failed;

        Host(int index) {
            this.index = index;
            this.name = "host-" + index;
        }

        void want(VolumeWant want) {
            if (dead) {
                return;
            }
            VolumeCoordinator known = coordinator;
            if (known == null) {
                coordinator =
                        new VolumeCoordinator(
                                loop, this::dial, OPTIONS, new CutGroups(), want, this::report);
                loop.afterMicros(1, this::client);
                loop.afterMicros(30_000, this::repeat);
            } else {
                known.apply(want);
            }
        }

        private ReplicaLink dial(
                ReplicaWant want, String volumeId, long epoch, ReplicaLink.Listener listener) {
            SimulatedReplica replica = replicas.get(want.nodeId());
            if (replica == null) {
                throw new AssertionError("no node " + want.nodeId());
            }
            var link = new SimulatedLink(name, epoch, replica, network, random, listener);
            links.add(link);
            return link;
        }

        final List<SimulatedLink> links = new ArrayList<>();

        private void report(VolumeStatus status) {
            failed = status.phase() == Phase.FAILED;
            send(status);
        }

        private void send(VolumeStatus status) {
            if (!network.isCut(SimulatedControlPlane.NAME, name)) {
                loop.afterMicros(
                        200 + random.nextInt(20_000),
                        () -> {
                            if (!dead) {
                                control.reported(name, status);
                            }
                        });
            }
        }

        private void repeat() {
            VolumeCoordinator known = coordinator;
            if (!dead && known != null) {
                send(known.status());
                loop.afterMicros(100_000, this::repeat);
            }
        }

        /** The program ends; its connections with it. */
        void die() {
            dead = true;
            VolumeCoordinator known = coordinator;
            if (known != null) {
                known.close();
            }
        }

        private void client() {
            if (dead || !faults) {
                return;
            }
            if (underWay < 12) {
                operate();
            }
            loop.afterMicros(500 + random.nextInt(30_000), this::client);
        }

        void operate() {
            int sectors = blocks * SimulatedReplica.SECTORS;
            int kind = random.nextInt(100);
            boolean aligned = random.nextBoolean();
            int hot = random.nextInt(4) == 0 ? sectors : Math.min(sectors, 96);
            int count =
                    random.nextInt(40) == 0
                            ? Math.min(sectors, 1 + random.nextInt(2600))
                            : 1 + random.nextInt(aligned ? 48 : 20);
            count = Math.min(count, sectors);
            int first = random.nextInt(Math.max(1, Math.max(hot, count) - count + 1));
            if (aligned) {
                first -= first % 8;
                count = Math.min(sectors - first, (count + 7) / 8 * 8);
            }
            if (kind < 45) {
                read(first, count);
            } else if (kind < 85) {
                write(first, count, kind < 52);
            } else if (kind < 90) {
                zero(first, count, kind < 86);
            } else {
                flush();
            }
        }

        void read(int first, int count) {
            ByteBuffer into = buffer(count * SECTOR);
            Read read = model.read(index, first, count, inParts(count), loop.nanos());
            underWay++;
            coordinator()
                    .read(
                            (long) first * SECTOR,
                            into,
                            error -> {
                                underWay--;
                                if (error == 0 && !dead) {
                                    var found = new long[count];
                                    for (int i = 0; i < count; i++) {
                                        found[i] = into.getLong(i * SECTOR);
                                        checkRest(into, i * SECTOR);
                                    }
                                    model.wasRead(read, found, loop.nanos());
                                } else {
                                    if (!dead && !failed) {
                                        error(error);
                                    }
                                    // It may hold anything, encrypted bytes too.
                                    BlockSums.zero(into, 0, count * SECTOR);
                                }
                                buffers.add(into);
                            });
        }

        /** A write leaves all of a sector zero but its first number. */
        private static void checkRest(ByteBuffer data, int sector) {
            for (int at = sector + Long.BYTES; at < sector + SECTOR; at += Long.BYTES) {
                if (data.getLong(at) != 0) {
                    throw new AssertionError("reads what nobody wrote, at " + at);
                }
            }
        }

        private static boolean inParts(int count) {
            return count * SECTOR > Blocks.MOST_DATA - Blocks.BLOCK;
        }

        void write(int first, int count, boolean durable) {
            long value = values++;
            ByteBuffer from = buffer(count * SECTOR);
            for (int i = 0; i < count; i++) {
                from.putLong(i * SECTOR, value);
            }
            Write write = model.write(index, first, count, value, loop.nanos());
            write.inParts = inParts(count);
            underWay++;
            coordinator()
                    .write(
                            (long) first * SECTOR,
                            from,
                            durable,
                            error -> {
                                underWay--;
                                if (!dead) {
                                    model.written(write, error, durable, loop.nanos());
                                    error(error);
                                }
                                // What is on its way must not be seen in another request.
                                for (int i = 0; i < count; i++) {
                                    from.putLong(i * SECTOR, 0);
                                }
                                buffers.add(from);
                            });
        }

        void zero(int first, int count, boolean durable) {
            Write write = model.write(index, first, count, 0, loop.nanos());
            write.inParts = true;
            underWay++;
            coordinator()
                    .zero(
                            (long) first * SECTOR,
                            (long) count * SECTOR,
                            random.nextBoolean(),
                            durable,
                            error -> {
                                underWay--;
                                if (!dead) {
                                    model.written(write, error, durable, loop.nanos());
                                    error(error);
                                }
                            });
        }

        void flush() {
            Flush flush = model.flush(index, loop.nanos());
            underWay++;
            coordinator()
                    .flush(error -> {
                        underWay--;
                        if (!dead && error == 0) {
                            model.flushed(flush, loop.nanos());
                        }
                    });
        }

        private void error(int error) {
            if (error != 0) {
                errors++;
            }
        }

        VolumeCoordinator coordinator() {
            VolumeCoordinator known = coordinator;
            if (known == null) {
                throw new AssertionError("no coordinator yet");
            }
            return known;
        }
    }

    VolumeSimulation(long seed, boolean encrypted) {
        this.encrypted = encrypted;
        random = new Random(seed);
        network = new SimulatedNetwork(random);
        int chunk = Blocks.CHUNK / Blocks.BLOCK;
        blocks = chunk * 2 + random.nextInt(3) * 40;
        int nodes = random.nextInt(5) == 0 ? 1 : 2 + random.nextInt(2);
        for (int i = 0; i < nodes; i++) {
            String node = "node-" + i;
            replicas.put(node, new SimulatedReplica(node, blocks, random, loop));
        }
        model = new VolumeModel(blocks * SimulatedReplica.SECTORS);
        control =
                new SimulatedControlPlane(
                        loop,
                        network,
                        random,
                        replicas,
                        (long) blocks * Blocks.BLOCK,
                        key(),
                        (writer, want) ->
                                hosts.stream()
                                        .filter(host -> host.name.equals(writer))
                                        .forEach(host -> host.want(want)));
        if (random.nextInt(4) == 0) {
            network.damagedPerThousand = 10;
        }
    }

    private DataKey key() {
        if (!encrypted) {
            return DataKey.NONE;
        }
        var bytes = new byte[64];
        random.nextBytes(bytes);
        return DataKey.of(true, bytes);
    }

    private ByteBuffer buffer(int size) {
        ByteBuffer known = buffers.poll();
        if (known == null || known.capacity() < size) {
            known = ByteBuffer.allocate(Math.max(size, 64 << 10));
        }
        return known.clear().limit(size);
    }

    private Host newHost() {
        var host = new Host(hosts.size());
        hosts.add(host);
        control.attach(host.name);
        return host;
    }

    private Host current() {
        return hosts.getLast();
    }

    void run() {
        newHost();
        loop.afterMicros(50_000, this::repeat);
        loop.afterMicros(100_000, this::fault);
        loop.runUntil(loop.nanos() + 4_000_000L * MICROS);
        heal();
        settle();
        awaitMended();
        check();
    }

    private void repeat() {
        control.repeat();
        loop.afterMicros(100_000, this::repeat);
    }

    // ---- faults ----

    private SimulatedReplica anyReplica() {
        var all = new ArrayList<>(replicas.values());
        return all.get(random.nextInt(all.size()));
    }

    private void fault() {
        if (!faults) {
            return;
        }
        loop.afterMicros(20_000 + random.nextInt(500_000), this::fault);
        SimulatedReplica replica = anyReplica();
        Host host = hosts.get(Math.max(0, hosts.size() - 1 - random.nextInt(2)));
        switch (random.nextInt(13)) {
            case 0, 1 -> restartLater(replica, false);
            case 2 -> restartLater(replica, true);
            case 3 -> {
                for (SimulatedReplica each : replicas.values()) {
                    if (random.nextInt(3) != 0) {
                        restartLater(each, random.nextBoolean());
                    }
                }
            }
            case 4 -> host.links.forEach(SimulatedLink::reset);
            case 5, 6 -> cutFor(host.name, replica.nodeId);
            case 7 -> cutFor(SimulatedControlPlane.NAME, host.name);
            case 8 -> cutFor(SimulatedControlPlane.NAME, replica.nodeId);
            case 9 -> {
                replica.full = true;
                loop.afterMicros(50_000 + random.nextInt(800_000), () -> replica.full = false);
            }
            case 10 -> replica.slowUntil = loop.nanos() + random.nextInt(2_500) * 1_000_000L;
            case 11 -> failover();
            case 12 -> {
                if (random.nextInt(3) == 0) {
                    corrupt();
                } else if (cuts < 3) {
                    control.cut("snap-" + cuts++);
                }
            }
            default -> throw new AssertionError();
        }
    }

    private void restartLater(SimulatedReplica replica, boolean power) {
        if (!replica.up) {
            return;
        }
        if (power) {
            model.powerLost();
            replica.powerCut();
        } else {
            replica.kill();
        }
        loop.afterMicros(5_000 + random.nextInt(900_000), replica::restart);
    }

    private void cutFor(String one, String other) {
        network.cut(one, other);
        loop.afterMicros(20_000 + random.nextInt(1_500_000), () -> network.heal(one, other));
    }

    /** The volume goes to another host; the old one is dead, cut off, or knows nothing of it. */
    private void failover() {
        Host old = current();
        failovers++;
        switch (random.nextInt(3)) {
            case 0 -> old.die();
            case 1 -> {
                for (SimulatedReplica replica : replicas.values()) {
                    if (random.nextBoolean()) {
                        cutFor(old.name, replica.nodeId);
                    }
                }
            }
            case 2 -> {}
            default -> throw new AssertionError();
        }
        newHost();
    }

    /** A flipped bit, in at most one copy of a block. */
    private void corrupt() {
        if (replicas.size() < 2) {
            return;
        }
        SimulatedReplica replica = replicas.values().iterator().next();
        for (int i = 0; i < 4; i++) {
            replica.corrupt.set(random.nextInt(24));
        }
    }

    // ---- the end ----

    private void heal() {
        faults = false;
        network.healAll();
        network.damagedPerThousand = 0;
        for (SimulatedReplica replica : replicas.values()) {
            replica.full = false;
            replica.slowUntil = 0;
            replica.corrupt.clear();
        }
    }

    private boolean isSettled() {
        Host host = current();
        VolumeCoordinator coordinator = host.coordinator;
        return coordinator != null
                && coordinator.status().phase() == Phase.SERVING
                && coordinator.status().failedNodeIds().isEmpty()
                && coordinator.status().reason().isEmpty()
                && coordinator.status().epoch() == control.epoch
                && control.isWhole()
                && replicas.values().stream().allMatch(replica -> replica.up)
                && host.underWay == 0;
    }

    /** Progress after the last fault: everything is served, answered and whole again. */
    private void settle() {
        long until = loop.nanos() + 60_000_000L * MICROS;
        // For a while, so that nothing is on its way any more.
        for (int still = 0;
                still < 10 && loop.nanos() < until;
                still = isSettled() ? still + 1 : 0) {
            loop.runUntil(loop.nanos() + 50_000 * MICROS);
            if (current().failed) {
                newHost();
            }
        }
        if (!isSettled()) {
            throw new AssertionError(
                    "nothing moves: "
                            + (current().coordinator == null
                                    ? "no coordinator"
                                    : current().coordinator().status())
                            + ", roles "
                            + control.roles
                            + ", under way "
                            + current().underWay);
        }
    }

    /** What is damaged is written anew, though nobody reads it. */
    private void awaitMended() {
        corrupt();
        long until = loop.nanos() + 40_000_000L * MICROS;
        while (isDamaged() && loop.nanos() < until) {
            loop.runUntil(loop.nanos() + 1_000_000 * MICROS);
        }
        if (isDamaged()) {
            throw new AssertionError("damaged blocks stay so");
        }
    }

    private boolean isDamaged() {
        return replicas.values().stream().anyMatch(replica -> !replica.damaged().isEmpty());
    }

    private void check() {
        Host host = current();
        int sectors = blocks * SimulatedReplica.SECTORS;
        for (int i = 0; i < 5; i++) {
            host.operate();
        }
        for (int at = 0; at < sectors; at += 1024) {
            host.read(at, Math.min(1024, sectors - at));
        }
        host.flush();
        long until = loop.nanos() + 20_000_000L * MICROS;
        while (host.underWay > 0 && loop.nanos() < until) {
            loop.runUntil(loop.nanos() + 20_000 * MICROS);
        }
        if (host.underWay > 0 || host.failed) {
            throw new AssertionError("does not answer at the end: " + host.coordinator().status());
        }
        for (Host each : hosts) {
            if (each != host && each.coordinator != null && !each.dead) {
                each.die();
            }
        }
        loop.runUntil(loop.nanos() + 100_000 * MICROS);
        settle();
        equal();
        if (host.coordinator().buffersInUse() != 0) {
            throw new AssertionError("buffers leak: " + host.coordinator().buffersInUse());
        }
    }

    private void equal() {
        SimulatedReplica first = replicas.values().iterator().next();
        for (SimulatedReplica other : replicas.values()) {
            for (int i = 0; i < first.state().data.length; i++) {
                if (!Arrays.equals(first.state().data[i], other.state().data[i])) {
                    throw new AssertionError(
                            "block %d differs on %s and %s"
                                    .formatted(i, first.nodeId, other.nodeId));
                }
            }
            if (encrypted) {
                secret(other);
            }
        }
    }

    /** A plain sector is zeros behind its first number, which a replica must not see. */
    private static void secret(SimulatedReplica replica) {
        for (byte[] block : replica.state().data) {
            ByteBuffer bytes = ByteBuffer.wrap(block);
            for (int at = 0; at < block.length; at += SECTOR) {
                if (bytes.getLong(at) != 0 && bytes.getLong(at + Long.BYTES) == 0) {
                    throw new AssertionError(replica.nodeId + " has plain bytes");
                }
            }
        }
    }

    VolumeModel model() {
        return model;
    }

    int removals() {
        return control.removals;
    }

    int directReads() {
        return replicas.values().stream().mapToInt(replica -> replica.directReads).sum();
    }

    int staleRefusals() {
        return replicas.values().stream().mapToInt(replica -> replica.staleRefusals).sum();
    }
}
