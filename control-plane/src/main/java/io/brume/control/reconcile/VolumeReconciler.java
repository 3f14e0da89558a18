package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Tags;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells storage nodes of the replicas that they hold and each volume's writer of the volume, and
 * the store what they say. The dull half: {@link VolumePlanner} decides.
 */
final class VolumeReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VolumeReconciler.class);
    private static final int ALL = Integer.MAX_VALUE;

    /** A launch makes many volumes at once. */
    private static final int WORKERS = 8;

    private final Store store;
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final StorageCapacity capacity;
    private final VolumeReader reader;
    private final Time time;
    private final Duration replaceAfter;
    private final KeyedLoop<VolumeId> loop;
    private final List<Watch> watches = new ArrayList<>();

    /** What this leader last told; each by one thread at a time. */
    private final Map<VolumeId, Told> told = new ConcurrentHashMap<>();

    /** Who was told what of one volume. */
    private record Told(Optional<ToldWriter> writer, Map<NodeId, ReplicaSpec> replicas) {
        static final Told NOTHING = new Told(Optional.empty(), Map.of());
    }

    private record ToldWriter(NodeId node, VolumeSpec spec, long generation) {}

    /**
     * @param replaceAfter how long a replica may be away before another one is made in its place
     */
    VolumeReconciler(
            Store store,
            Fleet fleet,
            BlockSightings sightings,
            VolumeReader reader,
            StorageCapacity capacity,
            Duration replaceAfter,
            Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.capacity = requireNonNull(capacity);
        this.reader = requireNonNull(reader);
        this.replaceAfter = requireNonNull(replaceAfter);
        this.time = requireNonNull(time);
        this.loop = new KeyedLoop<>("volumes", time, WORKERS, this::reconcile);
    }

    /** Publishes every volume before it returns; then keeps up. */
    void start() {
        long revision = publishAll();
        watches.add(store.watch(VolumeTables.VOLUMES, revision, this::volumesChanged));
        watches.add(store.watch(SnapshotTables.SNAPSHOTS, revision, this::snapshotsChanged));
        watches.add(store.watch(VolumeTables.STORAGE_NODES, revision, this::nodesChanged));
        // Those that were under way when the last leader ended.
        wakeAll();
        loop.start();
    }

    /** Tells the hosts of every volume as it is recorded; the revision that was read. */
    long publishAll() {
        return store.view(tx -> {
            tx.scan(VolumeTables.VOLUMES, KeyRange.all(), ALL)
                    .forEach(entry -> publish(tx, entry.value()));
            return tx.revision();
        });
    }

    /** Hears of a host, after {@link BlockSightings} has. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.VolumeObserved observed -> wake(observed.observation().getVolumeId());
            case FleetEvent.ReplicaObserved observed -> wake(observed.observation().getVolumeId());
            case FleetEvent.Connected connected -> later(() -> wakeAllOf(connected.node()));
            case FleetEvent.Disconnected gone -> later(() -> wakeAllOf(gone.node()));
            case FleetEvent.ObservationsComplete(NodeId node, Set<String> ids) ->
                    later(() -> missing(node, ids));
            case FleetEvent.Joined _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObjectStoreObserved _ -> {}
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        loop.close();
    }

    private static void later(Runnable lookUp) {
        Thread.startVirtualThread(lookUp);
    }

    private void wake(String id) {
        if (ResourceId.wellFormed(VolumeId.PREFIX, id)) {
            loop.wake(new VolumeId(id));
        }
    }

    private void wakeAll() {
        store.view(tx -> tx.scan(VolumeTables.VOLUMES, KeyRange.all(), ALL))
                .forEach(entry -> loop.wake(entry.key().id()));
    }

    private List<Volume> allOf(NodeId node) {
        return store.view(
                tx -> Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_NODE, node));
    }

    private void wakeAllOf(NodeId node) {
        allOf(node).forEach(volume -> loop.wake(volume.id()));
    }

    /** What a host did not name when it told of all it has is not there. */
    void missing(NodeId node, Set<String> ids) {
        for (var volume : allOf(node)) {
            var id = volume.id().value();
            if (!ids.contains(id)) {
                if (volume.placement().on(node).isPresent()) {
                    sightings.replicaUnnamed(node, id);
                } else {
                    sightings.volumeUnnamed(node, id);
                }
            }
            loop.wake(volume.id());
        }
    }

    private void volumesChanged(WatchEvent<Owned<VolumeId>, Volume> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<VolumeId>, Volume> changed ->
                    changed.changes()
                            .forEach(change -> {
                                loop.wake(change.key().id());
                                var volume = change.value();
                                if (volume != null) {
                                    wakePartners(volume);
                                }
                            });
            case WatchEvent.Resync<Owned<VolumeId>, Volume> _ -> wakeAll();
        }
    }

    /**
     * A volume that is filled and the one that it is filled from wait for each other, and those
     * that are cut together for all of them.
     */
    private void wakePartners(Volume volume) {
        store.view(tx -> VolumeReader.cutWith(tx, volume)).forEach(loop::wake);
        volume.filledFrom().ifPresent(loop::wake);
        if (volume.hidden()) {
            store.view(tx -> VolumeReader.targets(tx, volume.id()))
                    .forEach(target -> loop.wake(target.id()));
        }
    }

    /** A snapshot is cut by its volume's writer. */
    private void snapshotsChanged(WatchEvent<Owned<SnapshotId>, Snapshot> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<SnapshotId>, Snapshot> changed ->
                    changed.changes()
                            .forEach(change -> {
                                var snapshot = change.value();
                                if (snapshot != null) {
                                    loop.wake(snapshot.volumeId());
                                    store.view(tx -> Snapshots.pendingWith(tx, snapshot))
                                            .forEach(other -> loop.wake(other.volumeId()));
                                }
                            });
            case WatchEvent.Resync<Owned<SnapshotId>, Snapshot> _ -> wakeAll();
        }
    }

    private void nodesChanged(WatchEvent<NodeId, StorageNode> event) {
        switch (event) {
            case WatchEvent.Changed<NodeId, StorageNode> changed ->
                    changed.changes().forEach(change -> wakeAllOf(change.key()));
            case WatchEvent.Resync<NodeId, StorageNode> _ -> wakeAll();
        }
    }

    /** What a turn came to: the volume, and whether time alone can change it. */
    private record Turn(Optional<Volume> volume, boolean unsettled) {}

    /** One turn; for one thread at a time. */
    @Nullable Duration reconcile(VolumeId id) {
        if (changes(id)) {
            store.update(tx -> advance(tx, id));
        }
        var turn =
                store.view(tx -> {
                    var found = VolumeReader.find(tx, id);
                    found.ifPresentOrElse(volume -> publish(tx, volume), () -> forget(id));
                    return new Turn(
                            found,
                            found.filter(one ->
                                            VolumePlanner.isUnsettled(one, reader.seen(tx, one)))
                                    .isPresent());
                });
        return turn.unsettled() ? pause() : null;
    }

    /** Often enough for what waits for a pause to pass. */
    private Duration pause() {
        var second = Duration.ofSeconds(1);
        return replaceAfter.compareTo(second) < 0 ? replaceAfter : second;
    }

    private boolean changes(VolumeId id) {
        return store.view(tx ->
                VolumeReader.find(tx, id)
                        .filter(volume -> !planned(tx, volume).equals(volume))
                        .isPresent());
    }

    private Volume planned(ReadTransaction tx, Volume volume) {
        var moment =
                new VolumeSeen.Moment(
                        time.now().truncatedTo(ChronoUnit.MILLIS), tx.revision(), replaceAfter);
        return VolumePlanner.next(volume, reader.seen(tx, volume), moment);
    }

    private void advance(Transaction tx, VolumeId id) {
        var before = VolumeReader.find(tx, id).orElse(null);
        if (before == null) {
            return;
        }
        var after = planned(tx, before);
        if (after.equals(before)) {
            return;
        }
        if (after.state() == VolumeState.DELETED) {
            tx.delete(VolumeTables.VOLUMES, after.key());
            Tags.clear(tx, after.account(), after.id());
        } else {
            tx.put(VolumeTables.VOLUMES, after.key(), after);
        }
        log(before, after);
    }

    private static void log(Volume before, Volume after) {
        if (before.state() != after.state()) {
            log.info("{} {} -> {}", after.id(), before.state().awsName(), after.state().awsName());
        }
        if (!before.placement().equals(after.placement())) {
            log.info("{} is placed as {}", after.id(), after.placement());
        }
    }

    private void publish(ReadTransaction tx, Volume volume) {
        capacity.take(
                volume.id(),
                volume.placement().replicas().stream().map(Replica::node).toList(),
                volume.configuration().sizeBytes());
        var before = told.getOrDefault(volume.id(), Told.NOTHING);
        var contents = reader.contents(tx, volume);
        boolean kept = isKept(tx, volume);
        var replicas = new HashMap<NodeId, ReplicaSpec>();
        if (kept) {
            volume.placement()
                    .replicas()
                    .forEach(replica ->
                            replicas.put(replica.node(), VolumeSpecs.replica(contents, replica)));
        }
        if (!kept) {
            // Who was never told of it has nothing of it.
            volume.placement().nodes().stream()
                    .filter(node -> !before.replicas().containsKey(node))
                    .forEach(node -> sightings.replicaUnnamed(node, volume.id().value()));
        }
        tellReplicas(volume.id(), tx.revision(), before.replicas(), replicas);
        var writer =
                kept ? tellWriter(contents, tx.revision(), before) : Optional.<ToldWriter>empty();
        before.writer()
                .filter(old -> writer.filter(now -> now.node().equals(old.node())).isEmpty())
                .ifPresent(old -> fleet.release(old.node(), volume.id().value()));
        told.put(volume.id(), new Told(writer, Map.copyOf(replicas)));
    }

    /** Whether storage nodes are to keep what they have of it. */
    private boolean isKept(ReadTransaction tx, Volume volume) {
        return switch (volume.state()) {
            case CREATING, AVAILABLE, IN_USE, ERROR -> true;
            case DELETING -> reader.seen(tx, volume).snapshotsPending();
            case DELETED -> false;
        };
    }

    private void tellReplicas(
            VolumeId id,
            long generation,
            Map<NodeId, ReplicaSpec> before,
            Map<NodeId, ReplicaSpec> now) {
        now.forEach((node, spec) -> {
            if (!spec.equals(before.get(node))) {
                fleet.desire(
                        node,
                        Desired.newBuilder().setGeneration(generation).setReplica(spec).build());
            }
        });
        before.keySet().stream()
                .filter(node -> !now.containsKey(node))
                .forEach(node -> fleet.release(node, id.value()));
    }

    /** The writer hears of the volume once no older one can have a write acknowledged. */
    private Optional<ToldWriter> tellWriter(
            VolumeSpecs.Contents contents, long generation, Told before) {
        var volume = contents.volume();
        var placement = volume.placement();
        // Before all replicas are there one may still be replaced, which must not lose a write.
        boolean made = volume.state() != VolumeState.CREATING;
        if (placement.writer().isEmpty() || !placement.fenced() || !made) {
            return Optional.empty();
        }
        var node = placement.writer().get();
        var spec = VolumeSpecs.writer(contents);
        var last =
                before.writer()
                        .filter(one -> one.node().equals(node) && one.spec().equals(spec))
                        .filter(one -> one.generation() > VolumePlanner.awaited(volume));
        if (last.isPresent()) {
            return last;
        }
        sightings.told(node, volume.id().value());
        fleet.desire(node, Desired.newBuilder().setGeneration(generation).setVolume(spec).build());
        return Optional.of(new ToldWriter(node, spec, generation));
    }

    /** Nothing of it is to be anywhere. */
    private void forget(VolumeId id) {
        capacity.release(id);
        sightings.forget(id.value());
        var last = told.remove(id);
        if (last != null) {
            last.writer().ifPresent(writer -> fleet.release(writer.node(), id.value()));
            last.replicas().keySet().forEach(node -> fleet.release(node, id.value()));
        }
    }
}
