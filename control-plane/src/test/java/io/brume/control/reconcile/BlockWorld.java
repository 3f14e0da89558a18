package io.brume.control.reconcile;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Modification;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.InMemoryFleet;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.DataKeys;
import io.brume.control.state.MasterKey;
import io.brume.control.state.Rows;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.KeyRange;
import io.brume.store.Store;
import io.brume.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;

/**
 * A control plane's volumes on a store in memory, with simulated hosts and a clock that stands
 * still until it is told. Every turn runs on the test's thread, so that a seed is a history.
 */
final class BlockWorld implements AutoCloseable {
    static final String ZONE = "lab-1a";
    static final AccountId ACCOUNT = new AccountId("123456789012");
    static final Duration REPLACE_AFTER = Duration.ofMinutes(10);

    /** A clock that only the test moves. */
    private static final class TestTime implements Time {
        private long nanos;

        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1_800_000_000).plusNanos(nanos);
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    final Store store = MemoryStore.open();
    final SimulatedBlocks hosts;
    private final TestTime time = new TestTime();
    private final Ids ids = new Ids(new Random(7));
    private final DataKeys keys = new DataKeys(MasterKey.random(), "lab-1", new Random(8));
    private Control control;

    BlockWorld(int storageNodes, int agents) {
        var fleet = new InMemoryFleet();
        hosts = new SimulatedBlocks(ZONE, fleet);
        for (int i = 0; i < storageNodes; i++) {
            hosts.addStorage(node(i), "storage-" + i);
        }
        for (int i = 0; i < agents; i++) {
            hosts.addAgent(node(100 + i));
        }
        control = begin(fleet);
        settle();
    }

    static NodeId node(int number) {
        return new NodeId("node-%017x".formatted(number));
    }

    SimulatedBlocks.Storage storage(int number) {
        return hosts.storage(node(number));
    }

    SimulatedBlocks.Agent agent(int number) {
        return hosts.agent(node(100 + number));
    }

    /** What ends with a control plane. */
    private record Control(
            InMemoryFleet fleet,
            StorageCapacity capacity,
            StorageNodes nodes,
            VolumeReconciler volumes,
            SnapshotReconciler snapshots,
            List<Runnable> deferred) {}

    private Control begin(InMemoryFleet fleet) {
        var sightings = new BlockSightings(time);
        var capacity = new StorageCapacity();
        var nodes = new StorageNodes(store, capacity, time);
        nodes.start();
        var volumes =
                new VolumeReconciler(
                        store,
                        fleet,
                        sightings,
                        new VolumeReader(fleet, sightings, capacity, keys),
                        capacity,
                        REPLACE_AFTER,
                        time);
        var snapshots =
                new SnapshotReconciler(store, fleet, sightings, capacity, REPLACE_AFTER, time);
        var deferred = new ArrayList<Runnable>();
        fleet.listen(event -> {
            sightings.on(event);
            nodes.on(event);
            if (event instanceof FleetEvent.ObservationsComplete(NodeId node, Set<String> named)) {
                deferred.add(() -> {
                    volumes.missing(node, named);
                    snapshots.missing(node, named);
                });
            }
        });
        volumes.publishAll();
        snapshots.publishAll();
        fleet.open();
        return new Control(fleet, capacity, nodes, volumes, snapshots, deferred);
    }

    /** The control plane ends, wherever it was, and begins anew. */
    void restart() {
        control.nodes().close();
        var fleet = new InMemoryFleet();
        hosts.use(fleet);
        control = begin(fleet);
    }

    void pass(Duration duration) {
        time.nanos += duration.toNanos();
    }

    /** One turn of all hosts. */
    void hear() {
        hosts.settle();
        control.deferred().forEach(Runnable::run);
        control.deferred().clear();
    }

    /** One turn of every volume and snapshot. */
    void reconcile() {
        for (var volume : all()) {
            control.volumes().reconcile(volume.id());
        }
        for (var snapshot : allSnapshots()) {
            control.snapshots().reconcile(snapshot.id());
        }
        check();
    }

    /** Turns until nothing changes. */
    void settle() {
        long before;
        int turns = 0;
        do {
            before = store.revision();
            hear();
            awaitNodes();
            reconcile();
            hear();
            reconcile();
            Assertions.assertThat(turns++).as("it comes to rest").isLessThan(60);
        } while (store.revision() != before);
    }

    /** Settles over a time, in steps of a second at first and of minutes then. */
    void settleFor(Duration duration) {
        var passed = Duration.ZERO;
        while (passed.compareTo(duration) < 0) {
            var step =
                    passed.compareTo(Duration.ofSeconds(40)) < 0
                            ? Duration.ofSeconds(4)
                            : Duration.ofMinutes(1);
            settle();
            pass(step);
            passed = passed.plus(step);
        }
        settle();
    }

    /** The nodes' own loop is the one thread beside the test's. */
    private void awaitNodes() {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() ->
                        hosts.storage.values().stream()
                                .filter(node -> node.connected)
                                .allMatch(node ->
                                        store.view(tx ->
                                                tx.get(VolumeTables.STORAGE_NODES, node.id)
                                                        != null)));
    }

    /** What must hold at every moment. */
    private void check() {
        checkSnapshots();
        for (var volume : all()) {
            if (volume.state() == VolumeState.DELETING) {
                continue;
            }
            var placement = volume.placement();
            Assertions.assertThat(placement.nodes(ReplicaRole.IN_SYNC))
                    .as("the last one is never removed: %s", volume)
                    .isNotEmpty();
            var acknowledged = hosts.acknowledged.getOrDefault(volume.id().value(), Set.of());
            for (var node : placement.nodes(ReplicaRole.IN_SYNC)) {
                if (!acknowledged.isEmpty()) {
                    Assertions.assertThat(hosts.writes(node, volume.id().value()))
                            .as("%s on %s has what was acknowledged", volume, node)
                            .containsAll(acknowledged);
                }
            }
        }
    }

    /** Of every snapshot that is complete somebody who is to keep it has what it held. */
    private void checkSnapshots() {
        for (var snapshot : allSnapshots()) {
            if (snapshot.state() == SnapshotState.COMPLETED) {
                Assertions.assertThat(snapshot.nodes())
                        .as("somebody has %s", snapshot)
                        .anyMatch(node -> hosts.keeps(node, snapshot.id().value()));
            }
        }
    }

    // What users do

    List<Volume> all() {
        return store.view(tx -> Rows.of(tx, VolumeTables.VOLUMES, KeyRange.all()));
    }

    List<Snapshot> allSnapshots() {
        return store.view(tx -> Rows.of(tx, SnapshotTables.SNAPSHOTS, KeyRange.all()));
    }

    Volume volume(VolumeId id) {
        return find(id).orElseThrow();
    }

    Optional<Volume> find(VolumeId id) {
        return store.view(tx -> Volumes.find(tx, ACCOUNT, id));
    }

    VolumeId create() {
        return create(Optional.empty());
    }

    VolumeId create(Optional<SnapshotId> snapshot) {
        return create(snapshot, Optional.empty(), Optional.empty(), false);
    }

    /** Whether a storage node is there for a new volume. */
    boolean hasRoom() {
        return control.capacity().nodes().stream().anyMatch(node -> node.available());
    }

    /** A volume of the same content under a key of its own, as CreateVolume makes it. */
    VolumeId encryptedOf(SnapshotId snapshot) {
        var source = create(Optional.of(snapshot), Optional.empty(), Optional.empty(), true);
        return create(
                Optional.of(snapshot),
                Optional.of(keys.create(ACCOUNT)),
                Optional.of(new Filling(new Filling.OfVolume(source), false)),
                false);
    }

    private VolumeId create(
            Optional<SnapshotId> snapshot,
            Optional<Encryption> encryption,
            Optional<Filling> filling,
            boolean hidden) {
        var id = VolumeId.create(ids);
        var configuration = VolumeType.GP3.configure(8, null, null);
        var preferred = new HashSet<NodeId>();
        snapshot.ifPresent(base -> preferred.addAll(snapshot(base).nodes()));
        var chosen =
                control.capacity()
                        .hold(
                                id,
                                new ReplicaDemand(
                                        ZONE, 3, configuration.sizeBytes(), Set.of(), preferred));
        store.update(tx ->
                Volumes.put(
                        tx,
                        new Volume(
                                id,
                                ACCOUNT,
                                time.now(),
                                ZONE,
                                snapshot,
                                configuration,
                                false,
                                VolumeState.CREATING,
                                Optional.empty(),
                                new Placement(
                                        1,
                                        Optional.empty(),
                                        true,
                                        chosen.size(),
                                        chosen.stream()
                                                .map(node ->
                                                        new Replica(
                                                                node,
                                                                ReplicaRole.IN_SYNC,
                                                                tx.revision(),
                                                                time.now()))
                                                .toList()),
                                Optional.empty(),
                                "",
                                encryption,
                                filling,
                                hidden)));
        return id;
    }

    InstanceId launch(int agent) {
        var id = InstanceId.create(ids);
        var instance =
                new Instance(
                        id,
                        ACCOUNT,
                        new Instance.Launch(
                                ReservationId.create(ids),
                                0,
                                time.now(),
                                ImageId.create(ids),
                                "x86_64",
                                "bios",
                                "",
                                "",
                                "/dev/xvda",
                                ZONE,
                                VpcId.create(ids),
                                SubnetId.create(ids),
                                "",
                                "default",
                                Optional.empty()),
                        new Instance.Settings(
                                "t3.micro",
                                "",
                                false,
                                false,
                                false,
                                false,
                                false,
                                Instance.MetadataOptions.DEFAULT),
                        InstanceState.RUNNING,
                        Optional.empty(),
                        "",
                        Optional.of(node(100 + agent)),
                        List.of(),
                        1,
                        0,
                        false,
                        time.now(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        store.update(tx -> tx.put(InstanceTables.INSTANCES, instance.key(), instance));
        return id;
    }

    /** The instance is gone, as {@code InstanceEnd} records it. */
    void terminated(InstanceId instance) {
        store.update(tx -> Volumes.instanceEnded(tx, new Owned<>(ACCOUNT, instance), time.now()));
    }

    boolean attach(VolumeId id, InstanceId instance, boolean deleteOnTermination) {
        return store.transact(tx -> {
            var volume = Volumes.find(tx, ACCOUNT, id).orElseThrow();
            if (volume.state() != VolumeState.AVAILABLE) {
                return false;
            }
            Volumes.put(
                    tx,
                    volume.attached(
                            VolumeAttachment.asked(
                                    instance,
                                    "/dev/sdf",
                                    deleteOnTermination,
                                    tx.revision(),
                                    time.now())));
            return true;
        });
    }

    void detach(VolumeId id, boolean force) {
        store.update(tx -> {
            var volume = Volumes.find(tx, ACCOUNT, id).orElseThrow();
            volume.attachment()
                    .ifPresent(attachment -> {
                        var after =
                                attachment.after(
                                        AttachmentState.Event.DETACH_REQUESTED,
                                        tx.revision(),
                                        time.now());
                        Volumes.put(
                                tx, volume.with(force ? after.withForce(tx.revision()) : after));
                    });
        });
    }

    void delete(VolumeId id) {
        store.update(tx ->
                Volumes.put(
                        tx,
                        Volumes.find(tx, ACCOUNT, id)
                                .orElseThrow()
                                .apply(VolumeState.Event.DELETE_REQUESTED)));
    }

    /** One that no user sees is lost. */
    void delete(Volume hidden) {
        store.update(tx -> Volumes.put(tx, hidden.apply(VolumeState.Event.DELETE_REQUESTED)));
    }

    void grow(VolumeId id) {
        store.update(tx -> {
            var volume = Volumes.find(tx, ACCOUNT, id).orElseThrow();
            boolean idle = volume.modification().flatMap(Modification::completed).isPresent();
            if (volume.modification().isEmpty() || idle) {
                var to = VolumeType.GP3.configure(volume.configuration().sizeGib() + 1, null, null);
                Volumes.put(
                        tx,
                        volume.with(
                                new Modification(
                                        volume.configuration(),
                                        to,
                                        time.now(),
                                        tx.revision(),
                                        Optional.empty())));
            }
        });
    }

    /** What CreateSnapshots makes: all of one moment. */
    List<SnapshotId> snapshots(List<VolumeId> volumes) {
        var made = volumes.stream().map(this::snapshot).toList();
        store.update(tx ->
                made.forEach(id -> {
                    var snapshot = snapshot(id).inGroup(made.getFirst());
                    tx.put(SnapshotTables.SNAPSHOTS, snapshot.key(), snapshot);
                }));
        return made;
    }

    SnapshotId snapshot(VolumeId volume) {
        var id = SnapshotId.create(ids);
        var snapshot =
                new Snapshot(
                        id,
                        ACCOUNT,
                        volume,
                        8,
                        "",
                        time.now(),
                        SnapshotState.PENDING,
                        0,
                        false,
                        List.of(),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        false);
        store.update(tx -> tx.put(SnapshotTables.SNAPSHOTS, snapshot.key(), snapshot));
        return id;
    }

    /** What CopySnapshot makes. */
    SnapshotId copy(SnapshotId of) {
        var id = SnapshotId.create(ids);
        var source = snapshot(of);
        var snapshot =
                new Snapshot(
                        id,
                        ACCOUNT,
                        Snapshot.OF_NO_VOLUME,
                        source.sizeGib(),
                        "",
                        time.now(),
                        SnapshotState.PENDING,
                        0,
                        true,
                        source.nodes(),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        source.encryption(),
                        Optional.of(of),
                        false);
        store.update(tx -> tx.put(SnapshotTables.SNAPSHOTS, snapshot.key(), snapshot));
        return id;
    }

    Snapshot snapshot(SnapshotId id) {
        return findSnapshot(id).orElseThrow();
    }

    Optional<Snapshot> findSnapshot(SnapshotId id) {
        return store.view(tx ->
                Optional.ofNullable(tx.get(SnapshotTables.SNAPSHOTS, new Owned<>(ACCOUNT, id))));
    }

    void delete(SnapshotId id) {
        store.update(tx -> {
            var snapshot = snapshot(id).apply(SnapshotState.Event.DELETE_REQUESTED);
            tx.put(SnapshotTables.SNAPSHOTS, snapshot.key(), snapshot);
        });
    }

    @Override
    public void close() {
        control.nodes().close();
        control.volumes().close();
        control.snapshots().close();
        store.close();
    }
}
