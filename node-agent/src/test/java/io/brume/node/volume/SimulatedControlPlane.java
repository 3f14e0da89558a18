package io.brume.node.volume;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Who may write, and which replicas count, decided in one place: what the control plane does,
 * without its store. A replica that is in step is joining first: it counts only when the
 * coordinator has said that it waits for it.
 */
final class SimulatedControlPlane {
    static final String NAME = "control-plane";

    enum Role {
        IN_SYNC,
        JOINING,
        REBUILDING,
        /** Out of the set; to be rebuilt after a while. */
        OUT
    }

    /** The coordinators, by the name of their writer. */
    interface Coordinators {
        void send(String writer, VolumeWant want);
    }

    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final Random random;
    private final Map<String, SimulatedReplica> replicas;
    private final Coordinators coordinators;
    final Map<String, Role> roles = new LinkedHashMap<>();
    private final Map<String, Long> joinedAt = new LinkedHashMap<>();
    private final List<String> cuts = new ArrayList<>();

    /** The volume's; told late, now and then, since the control plane has to ask for it. */
    private final DataKey key;

    long generation = 1;
    long epoch;
    long sizeBytes;
    String writer = "";
    int removals;
    private int repeats;

    SimulatedControlPlane(
            SimulatedLoop loop,
            SimulatedNetwork network,
            Random random,
            Map<String, SimulatedReplica> replicas,
            long sizeBytes,
            DataKey key,
            Coordinators coordinators) {
        this.loop = loop;
        this.network = network;
        this.random = random;
        this.replicas = replicas;
        this.sizeBytes = sizeBytes;
        this.key = key;
        this.coordinators = coordinators;
        replicas.keySet().forEach(node -> roles.put(node, Role.IN_SYNC));
    }

    /** Another coordinator becomes the writer. */
    void attach(String newWriter) {
        epoch++;
        writer = newWriter;
        roles.replaceAll((node, role) -> role == Role.JOINING ? Role.REBUILDING : role);
        joinedAt.clear();
        publish();
    }

    void cut(String snapshotId) {
        cuts.add(snapshotId);
        publish();
    }

    void grow(long bytes) {
        sizeBytes += bytes;
        publish();
    }

    VolumeWant want() {
        var wanted = new ArrayList<ReplicaWant>();
        roles.forEach((node, role) -> {
            if (role != Role.OUT) {
                wanted.add(
                        new ReplicaWant(
                                node,
                                role == Role.IN_SYNC || role == Role.JOINING,
                                node,
                                "",
                                node));
            }
        });
        boolean late = !key.equals(DataKey.NONE) && (generation & 3) == 2 && repeats < 3;
        return new VolumeWant(
                "vol-1",
                generation,
                epoch,
                sizeBytes,
                wanted,
                0,
                0,
                cuts,
                late ? DataKey.AWAITED : key,
                groups());
    }

    /** Some are cut as those of a group are; that there are others is for another simulation. */
    private List<CutGroup> groups() {
        return cuts.stream()
                .filter(cut -> cut.hashCode() % 2 == 0)
                .map(cut -> new CutGroup(cut, cut, Set.of("vol-1")))
                .toList();
    }

    private void publish() {
        generation++;
        repeats = 0;
        tellReplicas();
        sendWant();
    }

    /** Level-triggered: told again and again. */
    void repeat() {
        repeats++;
        tellReplicas();
        sendWant();
    }

    private void sendWant() {
        VolumeWant want = want();
        String to = writer;
        if (!network.isCut(NAME, to)) {
            loop.afterMicros(200 + random.nextInt(20_000), () -> coordinators.send(to, want));
        }
    }

    private void tellReplicas() {
        long now = epoch;
        String who = writer;
        for (SimulatedReplica replica : replicas.values()) {
            loop.afterMicros(
                    100 + random.nextInt(10_000),
                    () -> {
                        if (replica.up && !network.isCut(NAME, replica.nodeId)) {
                            replica.told(now, who);
                        }
                    });
        }
    }

    /** What a coordinator reports; the latest word only. */
    void reported(String from, VolumeStatus status) {
        if (!from.equals(writer) || status.epoch() != epoch) {
            return;
        }
        boolean changed = false;
        for (String node : status.failedNodeIds()) {
            Role role = roles.get(node);
            boolean counts = role == Role.IN_SYNC || role == Role.JOINING;
            if (counts && (role == Role.JOINING || confirmedBeside(node) > 0)) {
                roles.put(node, Role.OUT);
                removals++;
                changed = true;
                String failed = node;
                loop.afterMicros(50_000 + random.nextInt(1_500_000), () -> bringBack(failed));
            }
        }
        for (VolumeStatus.Rebuilding rebuilding : status.rebuilding()) {
            if (rebuilding.inStep() && roles.get(rebuilding.nodeId()) == Role.REBUILDING) {
                roles.put(rebuilding.nodeId(), Role.JOINING);
                joinedAt.put(rebuilding.nodeId(), generation + 1);
                changed = true;
            }
        }
        for (var joining : List.copyOf(joinedAt.entrySet())) {
            if (roles.get(joining.getKey()) == Role.JOINING
                    && status.generation() >= joining.getValue()
                    && !status.failedNodeIds().contains(joining.getKey())) {
                roles.put(joining.getKey(), Role.IN_SYNC);
                joinedAt.remove(joining.getKey());
            }
        }
        if (changed) {
            publish();
        }
    }

    private int confirmedBeside(String node) {
        int count = 0;
        for (var entry : roles.entrySet()) {
            if (!entry.getKey().equals(node) && entry.getValue() == Role.IN_SYNC) {
                count++;
            }
        }
        return count;
    }

    private void bringBack(String node) {
        if (roles.get(node) == Role.OUT) {
            roles.put(node, Role.REBUILDING);
            publish();
        }
    }

    boolean isWhole() {
        return roles.values().stream().allMatch(role -> role == Role.IN_SYNC);
    }
}
