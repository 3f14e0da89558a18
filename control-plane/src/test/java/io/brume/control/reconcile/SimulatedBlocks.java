package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.InMemoryFleet;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.FillProgress;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.RebuildProgress;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Storage nodes and agents as the design says that they behave, without bytes: a write is a number,
 * and a replica the set of numbers it has. They outlive the control plane, as real ones do. Nothing
 * happens by itself: {@link #settle} is a turn of all.
 */
final class SimulatedBlocks {
    /** A storage node. */
    static final class Storage {
        final NodeId id;
        final String host;

        /** Whether it can be reached by agents. */
        boolean up = true;

        /** Whether the control plane hears of it. */
        boolean session = true;

        boolean connected;
        final Map<String, Copy> replicas = new LinkedHashMap<>();
        final Map<String, Set<Integer>> snapshots = new LinkedHashMap<>();
        final Map<String, Object> said = new LinkedHashMap<>();

        Storage(NodeId id, String host) {
            this.id = id;
            this.host = host;
        }
    }

    /** A replica. */
    static final class Copy {
        long epoch;
        String writer = "";
        long size;
        final Set<Integer> writes = new TreeSet<>();
    }

    /** An agent. */
    static final class Agent {
        final NodeId id;
        boolean up = true;
        boolean session = true;
        boolean connected;
        final Map<String, Coordinator> coordinators = new LinkedHashMap<>();
        final Map<String, Object> said = new LinkedHashMap<>();

        Agent(NodeId id) {
            this.id = id;
        }
    }

    /** One volume at one epoch. */
    static final class Coordinator {
        VolumeSpec spec;
        long generation;
        boolean serving;
        long size;
        final Set<String> failed = new TreeSet<>();
        final Set<String> inStep = new TreeSet<>();
        final Set<String> cuts = new TreeSet<>();
        final Set<String> failedCuts = new TreeSet<>();
        boolean filled;

        /** What its last turn read. */
        final Set<Integer> content = new TreeSet<>();

        Coordinator(VolumeSpec spec) {
            this.spec = spec;
        }

        List<String> nodes(VolumeReplica.Role role) {
            return spec.getReplicasList().stream()
                    .filter(replica -> replica.getRole() == role)
                    .map(VolumeReplica::getNodeId)
                    .toList();
        }
    }

    /** Volumes that are not cut yet, though they are to be. */
    final Set<String> uncut = new TreeSet<>();

    /** Snapshots that cannot be of their group's moment. */
    final Set<String> tooLate = new TreeSet<>();

    final String zone;
    final Map<NodeId, Storage> storage = new LinkedHashMap<>();
    final Map<NodeId, Agent> agents = new LinkedHashMap<>();
    private InMemoryFleet fleet;

    /** What was answered to guests, by volume. */
    final Map<String, Set<Integer>> acknowledged = new LinkedHashMap<>();

    SimulatedBlocks(String zone, InMemoryFleet fleet) {
        this.zone = zone;
        this.fleet = fleet;
    }

    Storage addStorage(NodeId id, String host) {
        var node = new Storage(id, host);
        storage.put(id, node);
        return node;
    }

    Agent addAgent(NodeId id) {
        var agent = new Agent(id);
        agents.put(id, agent);
        return agent;
    }

    /** One that is there. */
    Storage storage(NodeId id) {
        return requireNonNull(storage.get(id));
    }

    /** One that is there. */
    Agent agent(NodeId id) {
        return requireNonNull(agents.get(id));
    }

    /** What a replica that is there has. */
    Set<Integer> writes(NodeId node, String volume) {
        return requireNonNull(storage(node).replicas.get(volume)).writes;
    }

    /** Another control plane: everybody dials it anew. */
    void use(InMemoryFleet other) {
        fleet = other;
        storage.values().forEach(node -> node.connected = false);
        agents.values().forEach(agent -> agent.connected = false);
    }

    /** The program of an agent ends and begins anew: its coordinators are gone. */
    void restart(Agent agent) {
        if (agent.connected) {
            fleet.disconnect(agent.id);
            agent.connected = false;
        }
        agent.coordinators.clear();
        agent.said.clear();
    }

    /** Everybody does what they know is wanted, and says what they see. */
    void settle() {
        storage.values().forEach(this::turn);
        agents.values().forEach(this::turn);
    }

    // Storage nodes

    private void turn(Storage node) {
        if (!connect(node) || !fleet.isOpen()) {
            return;
        }
        var wanted = new HashSet<String>();
        for (var thing : fleet.desired(node.id)) {
            if (thing.hasReplica()) {
                wanted.add(thing.getReplica().getVolumeId());
                obey(node, thing);
            } else if (thing.hasSnapshot()) {
                wanted.add(thing.getSnapshot().getSnapshotId());
                keep(node, thing);
            }
        }
        drop(node, wanted);
    }

    private boolean connect(Storage node) {
        boolean talks = node.up && node.session;
        if (node.connected && !talks) {
            fleet.disconnect(node.id);
            node.connected = false;
        }
        if (!node.connected && talks) {
            node.connected = true;
            node.said.clear();
            fleet.connectStorage(node.id, facts(node));
            var ids = new HashSet<String>();
            node.replicas.forEach((id, copy) -> {
                ids.add(id);
                say(node, id, ready(id, 0, copy));
            });
            ids.addAll(node.snapshots.keySet());
            fleet.say(new FleetEvent.ObservationsComplete(node.id, ids));
        }
        return node.connected;
    }

    private NodeFacts facts(Storage node) {
        return NodeFacts.newBuilder()
                .setHostName(node.host)
                .setZone(zone)
                .setDiskTotalBytes(1L << 40)
                .setDiskFreeBytes(1L << 40)
                .setBlockServer(
                        BlockServerFacts.newBuilder()
                                .setAddress(node.host + ":7010")
                                .setChunkAddress(node.host + ":7011"))
                .build();
    }

    private void obey(Storage node, Desired thing) {
        ReplicaSpec spec = thing.getReplica();
        var id = spec.getVolumeId();
        var copy = node.replicas.get(id);
        if (copy == null && spec.getMustExist()) {
            say(
                    node,
                    id,
                    ReplicaObservation.newBuilder()
                            .setVolumeId(id)
                            .setGeneration(thing.getGeneration())
                            .setPhase(ReplicaObservation.Phase.PHASE_FAILED)
                            .build());
            return;
        }
        if (copy == null) {
            copy = new Copy();
            node.replicas.put(id, copy);
            if (!spec.getBaseSnapshotId().isEmpty()) {
                copy.writes.addAll(base(spec.getBaseSnapshotId()));
            }
        }
        if (spec.getEpoch() >= copy.epoch) {
            copy.epoch = spec.getEpoch();
            copy.writer = spec.getWriterNodeId();
        }
        copy.size = Math.max(copy.size, spec.getSizeBytes());
        say(node, id, ready(id, thing.getGeneration(), copy));
    }

    /** Its chunks, wherever they are. */
    private Set<Integer> base(String snapshot) {
        return storage.values().stream()
                .map(node -> node.snapshots.get(snapshot))
                .filter(found -> found != null)
                .map(found -> requireNonNull(found))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the base is nowhere: " + snapshot));
    }

    private static ReplicaObservation ready(String id, long generation, Copy copy) {
        return ReplicaObservation.newBuilder()
                .setVolumeId(id)
                .setGeneration(generation)
                .setEpoch(copy.epoch)
                .setSizeBytes(copy.size)
                .setPhase(ReplicaObservation.Phase.PHASE_READY)
                .build();
    }

    private void keep(Storage node, Desired thing) {
        var id = thing.getSnapshot().getSnapshotId();
        boolean fetches = thing.getSnapshot().getSourcesCount() > 0;
        if (!node.snapshots.containsKey(id)) {
            fetch(node, thing.getSnapshot());
        }
        boolean have = node.snapshots.containsKey(id);
        var absent =
                fetches
                        ? SnapshotObservation.Phase.PHASE_PENDING
                        : SnapshotObservation.Phase.PHASE_ABSENT;
        var seen =
                SnapshotObservation.newBuilder()
                        .setSnapshotId(id)
                        .setGeneration(thing.getGeneration())
                        .setPhase(have ? SnapshotObservation.Phase.PHASE_COMPLETED : absent)
                        .setPercent(have ? 100 : 0)
                        .build();
        if (!seen.equals(node.said.put(id, seen))) {
            fleet.say(new FleetEvent.SnapshotObserved(node.id, seen));
        }
    }

    /** From itself what it is a copy of, else from another node that can be reached. */
    private void fetch(Storage node, SnapshotSpec spec) {
        var own = node.snapshots.get(spec.getCopyOf());
        if (own != null) {
            node.snapshots.put(spec.getSnapshotId(), new TreeSet<>(own));
            return;
        }
        for (var source : spec.getSourcesList()) {
            var other = storage(new NodeId(source.getNodeId()));
            for (var name : List.of(spec.getSnapshotId(), spec.getCopyOf())) {
                var found = other.snapshots.get(name);
                if (other.up && found != null) {
                    node.snapshots.put(spec.getSnapshotId(), new TreeSet<>(found));
                    return;
                }
            }
        }
    }

    /** Whether a node has what a snapshot held. */
    boolean keeps(NodeId node, String snapshot) {
        return storage(node).snapshots.containsKey(snapshot);
    }

    /** What it is told to let go of it says that it has not, whether it had it or not. */
    private void drop(Storage node, Set<String> wanted) {
        var gone = new TreeSet<>(node.replicas.keySet());
        fleet.takeReleased(node.id).stream()
                .filter(id -> id.startsWith(VolumeId.PREFIX))
                .forEach(gone::add);
        for (var id : gone) {
            if (!wanted.contains(id)) {
                node.replicas.remove(id);
                say(
                        node,
                        id,
                        ReplicaObservation.newBuilder()
                                .setVolumeId(id)
                                .setPhase(ReplicaObservation.Phase.PHASE_ABSENT)
                                .build());
            }
        }
        node.snapshots.keySet().removeIf(id -> !wanted.contains(id));
    }

    private void say(Storage node, String id, ReplicaObservation seen) {
        if (!seen.equals(node.said.put(id, seen))) {
            fleet.say(new FleetEvent.ReplicaObserved(node.id, seen));
        }
    }

    // Agents

    private void turn(Agent agent) {
        if (!agent.up) {
            if (agent.connected) {
                fleet.disconnect(agent.id);
                agent.connected = false;
            }
            return;
        }
        if (connect(agent) && fleet.isOpen()) {
            var wanted = new HashSet<String>();
            for (var thing : fleet.desired(agent.id)) {
                if (thing.hasVolume()) {
                    wanted.add(thing.getVolume().getVolumeId());
                    take(agent, thing);
                }
            }
            for (var id : List.copyOf(agent.coordinators.keySet())) {
                if (!wanted.contains(id)) {
                    agent.coordinators.remove(id);
                    say(
                            agent,
                            id,
                            VolumeObservation.newBuilder()
                                    .setVolumeId(id)
                                    .setGeneration(Long.MAX_VALUE)
                                    .setPhase(VolumeObservation.Phase.PHASE_ABSENT)
                                    .build());
                }
            }
        }
        agent.coordinators.values().forEach(coordinator -> work(agent, coordinator));
        if (agent.connected) {
            agent.coordinators.forEach((id, coordinator) -> say(agent, id, seen(coordinator)));
        }
    }

    private boolean connect(Agent agent) {
        if (agent.connected && !agent.session) {
            fleet.disconnect(agent.id);
            agent.connected = false;
        }
        if (!agent.connected && agent.session) {
            agent.connected = true;
            agent.said.clear();
            fleet.join(agent.id, zone);
            var ids = new HashSet<String>();
            agent.coordinators.forEach((id, coordinator) -> {
                ids.add(id);
                say(agent, id, seen(coordinator));
            });
            fleet.say(new FleetEvent.ObservationsComplete(agent.id, ids));
        }
        return agent.connected;
    }

    private void take(Agent agent, Desired thing) {
        VolumeSpec spec = thing.getVolume();
        var old = agent.coordinators.get(spec.getVolumeId());
        if (old == null || old.spec.getEpoch() < spec.getEpoch()) {
            old = new Coordinator(spec);
            agent.coordinators.put(spec.getVolumeId(), old);
        }
        if (thing.getGeneration() > old.generation) {
            old.spec = spec;
            old.generation = thing.getGeneration();
            old.failed.retainAll(old.nodes(VolumeReplica.Role.ROLE_IN_SYNC));
        }
    }

    private @Nullable Copy reach(Agent agent, Coordinator coordinator, String node) {
        var found = storage.get(new NodeId(node));
        if (found == null || !found.up) {
            return null;
        }
        var copy = found.replicas.get(coordinator.spec.getVolumeId());
        boolean ours =
                copy != null
                        && copy.epoch <= coordinator.spec.getEpoch()
                        && copy.writer.equals(agent.id.value());
        return ours ? copy : null;
    }

    private void work(Agent agent, Coordinator coordinator) {
        if (!coordinator.serving) {
            open(agent, coordinator);
        }
        if (!coordinator.serving) {
            return;
        }
        var source = new TreeSet<Integer>();
        var reached = new ArrayList<Copy>();
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_IN_SYNC)) {
            var copy = reach(agent, coordinator, node);
            if (copy == null) {
                coordinator.failed.add(node);
            } else {
                // It lost nothing while it was away: what was under way is sent again.
                coordinator.failed.remove(node);
                reached.add(copy);
                source.addAll(copy.writes);
            }
        }
        reached.forEach(copy -> copy.writes.addAll(source));
        coordinator.content.clear();
        coordinator.content.addAll(source);
        rebuild(agent, coordinator, reached, source);
        boolean whole = coordinator.failed.isEmpty();
        if (whole) {
            fill(agent, coordinator, reached);
            cut(agent, coordinator);
            coordinator.size = Math.max(coordinator.size, coordinator.spec.getSizeBytes());
        }
    }

    /** All that the other volume has, which this agent serves too. */
    private static void fill(Agent agent, Coordinator coordinator, List<Copy> reached) {
        var source = agent.coordinators.get(coordinator.spec.getFill().getVolumeId());
        if (source != null && source.serving && source.failed.isEmpty() && !coordinator.filled) {
            reached.forEach(copy -> copy.writes.addAll(source.content));
            coordinator.filled = true;
        }
    }

    private void open(Agent agent, Coordinator coordinator) {
        var copies = new ArrayList<Copy>();
        coordinator.failed.clear();
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_IN_SYNC)) {
            var copy = reach(agent, coordinator, node);
            if (copy == null) {
                coordinator.failed.add(node);
            } else {
                copy.epoch = coordinator.spec.getEpoch();
                copies.add(copy);
            }
        }
        if (!coordinator.failed.isEmpty() || copies.isEmpty()) {
            return;
        }
        // The furthest is the source: what was never answered is everywhere or nowhere.
        var furthest = new TreeSet<Integer>();
        copies.forEach(copy -> {
            if (copy.writes.size() > furthest.size()) {
                furthest.clear();
                furthest.addAll(copy.writes);
            }
        });
        copies.forEach(copy -> {
            copy.writes.clear();
            copy.writes.addAll(furthest);
        });
        coordinator.serving = true;
        coordinator.size = Math.max(coordinator.size, coordinator.spec.getSizeBytes());
    }

    private void rebuild(
            Agent agent, Coordinator coordinator, List<Copy> reached, Set<Integer> source) {
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_REBUILDING)) {
            var copy = reach(agent, coordinator, node);
            boolean possible = copy != null && !reached.isEmpty();
            if (possible && copy != null) {
                copy.epoch = coordinator.spec.getEpoch();
                copy.writes.clear();
                copy.writes.addAll(source);
                coordinator.inStep.add(node);
            } else {
                coordinator.inStep.remove(node);
            }
        }
        coordinator.inStep.removeIf(node ->
                !coordinator.nodes(VolumeReplica.Role.ROLE_REBUILDING).contains(node)
                        && !coordinator.nodes(VolumeReplica.Role.ROLE_IN_SYNC).contains(node));
    }

    private void cut(Agent agent, Coordinator coordinator) {
        for (var cut : coordinator.spec.getCutsList()) {
            if (tooLate.contains(cut)) {
                coordinator.failedCuts.add(cut);
            } else if (!uncut.contains(coordinator.spec.getVolumeId())
                    && coordinator.cuts.add(cut)) {
                for (var replica : coordinator.spec.getReplicasList()) {
                    var copy = reach(agent, coordinator, replica.getNodeId());
                    if (copy != null) {
                        requireNonNull(storage.get(new NodeId(replica.getNodeId())))
                                .snapshots
                                .put(cut, new TreeSet<>(copy.writes));
                    }
                }
            }
        }
    }

    /**
     * A guest, or a client from outside, writes a number through an agent; whether that was
     * answered.
     */
    boolean write(Agent agent, String volume, int number) {
        var coordinator = agent.coordinators.get(volume);
        if (!agent.up
                || coordinator == null
                || !coordinator.serving
                || (coordinator.spec.getInstanceId().isEmpty() && !coordinator.spec.hasOutside())
                || !coordinator.failed.isEmpty()) {
            return false;
        }
        boolean all = true;
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_IN_SYNC)) {
            var copy = reach(agent, coordinator, node);
            if (copy == null) {
                coordinator.failed.add(node);
                all = false;
            } else {
                copy.writes.add(number);
            }
        }
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_REBUILDING)) {
            var copy = reach(agent, coordinator, node);
            if (copy == null) {
                coordinator.inStep.remove(node);
            } else if (coordinator.inStep.contains(node)) {
                copy.writes.add(number);
            }
        }
        if (all) {
            acknowledged.computeIfAbsent(volume, _ -> new TreeSet<>()).add(number);
        }
        return all;
    }

    private static VolumeObservation seen(Coordinator coordinator) {
        var seen =
                VolumeObservation.newBuilder()
                        .setVolumeId(coordinator.spec.getVolumeId())
                        .setGeneration(coordinator.generation)
                        .setEpoch(coordinator.spec.getEpoch())
                        .setPhase(
                                coordinator.serving
                                        ? VolumeObservation.Phase.PHASE_SERVING
                                        : VolumeObservation.Phase.PHASE_OPENING)
                        .addAllFailedNodeIds(coordinator.failed)
                        .addAllCuts(coordinator.cuts)
                        .addAllFailedCuts(coordinator.failedCuts)
                        .setSizeBytes(coordinator.size);
        if (coordinator.spec.hasFill()) {
            seen.setFill(FillProgress.newBuilder().setDone(coordinator.filled));
        }
        for (var node : coordinator.nodes(VolumeReplica.Role.ROLE_REBUILDING)) {
            boolean inStep = coordinator.inStep.contains(node);
            seen.addRebuilding(
                    RebuildProgress.newBuilder()
                            .setNodeId(node)
                            .setPercent(inStep ? 100 : 0)
                            .setInStep(inStep));
        }
        return seen.build();
    }

    private void say(Agent agent, String id, VolumeObservation seen) {
        if (!seen.equals(agent.said.put(id, seen))) {
            fleet.say(new FleetEvent.VolumeObserved(agent.id, seen));
        }
    }
}
