package io.brume.control.fleet;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.FillProgress;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.OutsideObservation;
import io.brume.proto.node.v1.RebuildProgress;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.Role;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.proto.node.v1.VpcObservation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that exist only in memory, for tests of the control plane. Nothing happens by itself: a
 * host does what it was told when the test calls {@link #settle()}, on the test's thread.
 * Thread-safe; listeners are called with no lock held.
 */
public final class InMemoryFleet implements Fleet {
    /** One host. */
    private static final class Host {
        final DesiredThings desired = new DesiredThings();
        final Map<String, InstanceObservation> instances = new LinkedHashMap<>();
        final Map<String, ImageObservation> images = new LinkedHashMap<>();
        final Map<String, VpcObservation> vpcs = new LinkedHashMap<>();
        final Map<String, VolumeObservation> volumes = new LinkedHashMap<>();
        final Map<String, ReplicaObservation> replicas = new LinkedHashMap<>();
        final Map<String, SnapshotObservation> snapshots = new LinkedHashMap<>();
        final Set<String> released = new HashSet<>();
        FleetEvent.@Nullable Connected connected;
    }

    private final Map<NodeId, Host> hosts = new LinkedHashMap<>();
    private final List<Consumer<FleetEvent>> listeners = new ArrayList<>();
    private final Map<String, String> failures = new HashMap<>();
    private ImageObservation images =
            ImageObservation.newBuilder()
                    .setPhase(ImageObservation.Phase.PHASE_READY)
                    .setProgressPercent(100)
                    .setVirtualSizeBytes(1L << 30)
                    .setStoredSizeBytes(64 << 20)
                    .setBootMode("direct")
                    .setFormat("qcow2")
                    .build();
    private boolean open;

    /** A host of 8 CPUs, 32 GiB and 500 GB appears and connects. */
    public NodeId join(NodeId node, String zone) {
        return join(
                node,
                NodeFacts.newBuilder()
                        .setHostName(node.value())
                        .setZone(zone)
                        .setArchitecture("x86_64")
                        .setCpus(8)
                        .setMemoryMib(32 * 1024)
                        .setDiskTotalBytes(500_000_000_000L)
                        .setDiskFreeBytes(500_000_000_000L)
                        .setAcceleration("simulated")
                        .build());
    }

    /** A host appears and connects. */
    public NodeId join(NodeId node, NodeFacts facts) {
        emit(
                new FleetEvent.Joined(
                        node, Role.ROLE_NODE_AGENT, facts.getHostName(), facts.getZone()));
        connect(node, facts);
        return node;
    }

    /** A host opens its session and tells all it has. */
    public void connect(NodeId node, NodeFacts facts) {
        List<FleetEvent> events = new ArrayList<>();
        synchronized (this) {
            Host host = host(node);
            host.connected = new FleetEvent.Connected(node, Role.ROLE_NODE_AGENT, "test", facts);
            events.add(host.connected);
            Set<String> ids = new HashSet<>();
            host.instances.forEach((id, o) -> {
                ids.add(id);
                events.add(new FleetEvent.InstanceObserved(node, o));
            });
            host.images.forEach((id, o) -> {
                ids.add(id);
                events.add(new FleetEvent.ImageObserved(node, o));
            });
            host.vpcs.forEach((id, o) -> {
                ids.add(id);
                events.add(new FleetEvent.VpcObserved(node, o));
            });
            events.add(new FleetEvent.ObservationsComplete(node, ids));
        }
        events.forEach(this::emit);
    }

    @Override
    public void disconnect(NodeId node) {
        synchronized (this) {
            Host host = host(node);
            if (host.connected == null) {
                return;
            }
            host.connected = null;
        }
        emit(new FleetEvent.Disconnected(node, "the test said so"));
    }

    /** A storage node appears and connects. */
    public NodeId joinStorage(NodeId node, String zone, String hostName) {
        return connectStorage(
                node,
                NodeFacts.newBuilder()
                        .setHostName(hostName)
                        .setZone(zone)
                        .setDiskTotalBytes(500_000_000_000L)
                        .setDiskFreeBytes(500_000_000_000L)
                        .setBlockServer(
                                BlockServerFacts.newBuilder()
                                        .setAddress(hostName + ":7010")
                                        .setChunkAddress(hostName + ":7011")
                                        .setSocket("/run/" + node + "/blocks.sock"))
                        .build());
    }

    /** A storage node opens its session; what it has, it tells by {@link #say}. */
    public NodeId connectStorage(NodeId node, NodeFacts facts) {
        FleetEvent.Connected connected =
                new FleetEvent.Connected(node, Role.ROLE_STORAGE_NODE, "test", facts);
        synchronized (this) {
            host(node).connected = connected;
        }
        emit(connected);
        return node;
    }

    /** A host is heard to say something. */
    public void say(FleetEvent event) {
        emit(event);
    }

    /** Whether everything has been published. */
    public synchronized boolean isOpen() {
        return open;
    }

    /** From now on this instance, image or VPC fails for this reason; empty = works again. */
    public synchronized void fail(String id, String reason) {
        failures.put(id, reason);
    }

    /** The guest of an instance ends by itself. */
    public void exit(NodeId node, String instanceId, InstanceObservation.StopCause cause) {
        InstanceObservation stopped;
        synchronized (this) {
            stopped =
                    requireNonNull(host(node).instances.get(instanceId)).toBuilder()
                            .setPhase(InstanceObservation.Phase.PHASE_STOPPED)
                            .setStopCause(cause)
                            .build();
            host(node).instances.put(instanceId, stopped);
        }
        emit(new FleetEvent.InstanceObserved(node, stopped));
    }

    /**
     * Every connected host does all it was told, and says so.
     *
     * @return whether anything changed
     */
    public boolean settle() {
        List<FleetEvent> events = new ArrayList<>();
        synchronized (this) {
            if (!open) {
                return false;
            }
            hosts.forEach((node, host) -> settle(node, host, events));
        }
        events.forEach(this::emit);
        return !events.isEmpty();
    }

    /** The latest word on a thing of a host. */
    public synchronized Optional<Desired> desired(NodeId node, String id) {
        return host(node).desired.all().stream()
                .filter(thing -> DesiredThings.idOf(thing).equals(id))
                .findFirst();
    }

    /** What a host was told to let go of since this was asked last. */
    public synchronized Set<String> takeReleased(NodeId node) {
        var released = Set.copyOf(host(node).released);
        host(node).released.clear();
        return released;
    }

    /** All things of a host. */
    public synchronized List<Desired> desired(NodeId node) {
        return host(node).desired.all();
    }

    private void settle(NodeId node, Host host, List<FleetEvent> events) {
        if (host.connected == null) {
            return;
        }
        for (String id : host.released) {
            host.instances.remove(id);
            host.images.remove(id);
            host.vpcs.remove(id);
            host.snapshots.remove(id);
            VolumeObservation volume = host.volumes.remove(id);
            if (volume != null) {
                events.add(
                        new FleetEvent.VolumeObserved(
                                node,
                                volume.toBuilder()
                                        .setGeneration(Long.MAX_VALUE)
                                        .setPhase(VolumeObservation.Phase.PHASE_ABSENT)
                                        .build()));
            }
            ReplicaObservation replica = host.replicas.remove(id);
            if (replica != null) {
                events.add(
                        new FleetEvent.ReplicaObserved(
                                node,
                                replica.toBuilder()
                                        .setPhase(ReplicaObservation.Phase.PHASE_ABSENT)
                                        .build()));
            }
        }
        host.released.clear();
        for (Desired thing : host.desired.all()) {
            String failure = failures.getOrDefault(DesiredThings.idOf(thing), "");
            switch (thing.getThingCase()) {
                case INSTANCE -> {
                    String id = thing.getInstance().getInstanceId();
                    InstanceObservation before = host.instances.get(id);
                    InstanceObservation after = obey(host, thing, before, failure);
                    if (!after.equals(before)) {
                        host.instances.put(id, after);
                        events.add(new FleetEvent.InstanceObserved(node, after));
                    }
                }
                case VPC -> {
                    var after =
                            VpcObservation.newBuilder()
                                    .setVpcId(thing.getVpc().getVpcId())
                                    .setGeneration(thing.getGeneration())
                                    .setFailure(failure)
                                    .build();
                    if (!after.equals(host.vpcs.put(after.getVpcId(), after))) {
                        events.add(new FleetEvent.VpcObserved(node, after));
                    }
                }
                case IMAGE -> {
                    ImageObservation after = imported(thing, failure);
                    if (!after.equals(host.images.put(after.getImageId(), after))) {
                        events.add(new FleetEvent.ImageObserved(node, after));
                    }
                }
                case VOLUME -> {
                    VolumeObservation after = served(thing, host.volumes.keySet());
                    if (!after.equals(host.volumes.put(after.getVolumeId(), after))) {
                        events.add(new FleetEvent.VolumeObserved(node, after));
                    }
                }
                case REPLICA -> {
                    ReplicaObservation after = held(thing);
                    if (!after.equals(host.replicas.put(after.getVolumeId(), after))) {
                        events.add(new FleetEvent.ReplicaObserved(node, after));
                    }
                }
                case SNAPSHOT -> {
                    SnapshotObservation after = kept(thing);
                    if (!after.equals(host.snapshots.put(after.getSnapshotId(), after))) {
                        events.add(new FleetEvent.SnapshotObserved(node, after));
                    }
                }
                // Its tests speak for the nodes themselves.
                case OBJECT_STORE -> {}
                case THING_NOT_SET -> throw new IllegalStateException("a thing without a thing");
            }
        }
    }

    private static InstanceObservation obey(
            Host host, Desired thing, @Nullable InstanceObservation before, String failure) {
        InstanceSpec spec = thing.getInstance();
        var after =
                InstanceObservation.newBuilder()
                        .setInstanceId(spec.getInstanceId())
                        .setGeneration(thing.getGeneration())
                        .setRunEpoch(spec.getRunEpoch())
                        .setRebootEpoch(spec.getRebootEpoch());
        boolean started = before != null && before.getRunEpoch() >= spec.getRunEpoch();
        switch (spec.getPower()) {
            case POWER_RUNNING -> {
                if (started && before != null) {
                    after.setPhase(before.getPhase())
                            .setStopCause(before.getStopCause())
                            .setReason(before.getReason());
                } else if (!failure.isEmpty()) {
                    after.setPhase(InstanceObservation.Phase.PHASE_FAILED).setReason(failure);
                } else if (!spec.getDisksList().stream()
                        .allMatch(disk -> host.volumes.containsKey(disk.getVolumeId()))) {
                    // It begins with all of its volumes; until then this start has not been.
                    after.setRunEpoch(spec.getRunEpoch() - 1)
                            .setPhase(InstanceObservation.Phase.PHASE_STARTING);
                } else {
                    after.setPhase(InstanceObservation.Phase.PHASE_RUNNING);
                }
            }
            case POWER_STOPPED ->
                    after.setPhase(InstanceObservation.Phase.PHASE_STOPPED)
                            .setStopCause(InstanceObservation.StopCause.STOP_CAUSE_REQUESTED);
            case POWER_ABSENT -> after.setPhase(InstanceObservation.Phase.PHASE_ABSENT);
            case POWER_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("an instance without a power state");
        }
        return after.build();
    }

    /** A volume is filled as soon as this host serves what it is filled from. */
    private static VolumeObservation served(Desired thing, Set<String> others) {
        VolumeSpec spec = thing.getVolume();
        var seen =
                VolumeObservation.newBuilder()
                        .setVolumeId(spec.getVolumeId())
                        .setGeneration(thing.getGeneration())
                        .setEpoch(spec.getEpoch())
                        .setPhase(VolumeObservation.Phase.PHASE_SERVING)
                        .addAllCuts(spec.getCutsList())
                        .setSizeBytes(spec.getSizeBytes());
        if (spec.hasOutside()) {
            seen.setOutside(
                    OutsideObservation.newBuilder()
                            .setAddress("127.0.0.1:1")
                            .setAuthority(spec.getOutside().getAuthority()));
        }
        if (spec.getFill().hasImageId()) {
            seen.setFill(FillProgress.newBuilder().setPercent(100).setDone(true));
        }
        if (spec.getFill().hasVolumeId()) {
            boolean done = others.contains(spec.getFill().getVolumeId());
            seen.setFill(FillProgress.newBuilder().setDone(done).setPercent(done ? 100 : 0));
        }
        spec.getReplicasList().stream()
                .filter(replica -> replica.getRole() == VolumeReplica.Role.ROLE_REBUILDING)
                .forEach(replica ->
                        seen.addRebuilding(
                                RebuildProgress.newBuilder()
                                        .setNodeId(replica.getNodeId())
                                        .setPercent(100)
                                        .setInStep(true)));
        return seen.build();
    }

    private static ReplicaObservation held(Desired thing) {
        return ReplicaObservation.newBuilder()
                .setVolumeId(thing.getReplica().getVolumeId())
                .setGeneration(thing.getGeneration())
                .setEpoch(thing.getReplica().getEpoch())
                .setPhase(ReplicaObservation.Phase.PHASE_READY)
                .setSizeBytes(thing.getReplica().getSizeBytes())
                .build();
    }

    private static SnapshotObservation kept(Desired thing) {
        return SnapshotObservation.newBuilder()
                .setSnapshotId(thing.getSnapshot().getSnapshotId())
                .setGeneration(thing.getGeneration())
                .setPhase(
                        thing.getSnapshot().getOpen()
                                ? SnapshotObservation.Phase.PHASE_PENDING
                                : SnapshotObservation.Phase.PHASE_COMPLETED)
                .setPercent(thing.getSnapshot().getOpen() ? 0 : 100)
                .setFullBytes(4096)
                .build();
    }

    /** What hosts say from now on of images that they have read, but for its id and generation. */
    public synchronized void imagesAre(ImageObservation words) {
        images = words;
    }

    private ImageObservation imported(Desired thing, String failure) {
        ImageSpec spec = thing.getImage();
        var after =
                images.toBuilder()
                        .setImageId(spec.getImageId())
                        .setGeneration(thing.getGeneration());
        return failure.isEmpty()
                ? after.build()
                : after.setPhase(ImageObservation.Phase.PHASE_FAILED).setReason(failure).build();
    }

    private Host host(NodeId node) {
        return hosts.computeIfAbsent(node, any -> new Host());
    }

    private void emit(FleetEvent event) {
        List<Consumer<FleetEvent>> told;
        synchronized (this) {
            told = List.copyOf(listeners);
        }
        told.forEach(listener -> listener.accept(event));
    }

    @Override
    public synchronized void desire(NodeId node, Desired thing) {
        host(node).desired.put(thing);
    }

    @Override
    public synchronized void release(NodeId node, String id) {
        if (host(node).desired.remove(id)) {
            host(node).released.add(id);
        }
    }

    @Override
    public synchronized void open() {
        open = true;
    }

    @Override
    public void listen(Consumer<FleetEvent> listener) {
        List<FleetEvent> known;
        synchronized (this) {
            listeners.add(listener);
            known = List.copyOf(connected().values());
        }
        known.forEach(listener);
    }

    @Override
    public synchronized Map<NodeId, FleetEvent.Connected> connected() {
        Map<NodeId, FleetEvent.Connected> connected = new LinkedHashMap<>();
        hosts.forEach((node, host) -> {
            if (host.connected != null) {
                connected.put(node, host.connected);
            }
        });
        return connected;
    }

    @Override
    public CompletableFuture<byte[]> consoleOutput(NodeId node, String instanceId, int maxBytes) {
        return answer(node, "console of " + instanceId, maxBytes);
    }

    @Override
    public CompletableFuture<byte[]> screenshot(NodeId node, String instanceId) {
        return answer(node, "screen of " + instanceId, MAX_CONSOLE_BYTES);
    }

    private synchronized CompletableFuture<byte[]> answer(NodeId node, String text, int maxBytes) {
        if (host(node).connected == null) {
            return CompletableFuture.failedFuture(unavailable(node));
        }
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        return CompletableFuture.completedFuture(
                Arrays.copyOfRange(all, Math.max(0, all.length - maxBytes), all.length));
    }

    @Override
    public ConsoleChannel openConsole(NodeId node, String instanceId) {
        throw unavailable(node);
    }

    private static Fault unavailable(NodeId node) {
        return Fault.of(Fault.Category.UNAVAILABLE, "Unavailable", node + " is not connected.");
    }
}
