package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.ReplicaPlanner;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.proto.node.v1.VolumeObservation;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells storage nodes of the snapshots that they keep, and the store how far those are. That a
 * snapshot is cut is the volume's writer's business, which hears of it by {@link VolumeReconciler}.
 * The dull half: {@link SnapshotPlanner} decides.
 */
final class SnapshotReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SnapshotReconciler.class);
    private static final int ALL = Integer.MAX_VALUE;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How soon to look whether a deleted snapshot is still the base of a volume. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final Store store;
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final StorageCapacity capacity;
    private final Duration replaceAfter;
    private final Time time;
    private final KeyedLoop<SnapshotId> loop;
    private final List<Watch> watches = new ArrayList<>();

    /** What nodes were told of a snapshot; touched by the loop's thread alone. */
    private final Map<SnapshotId, Map<NodeId, SnapshotSpec>> told = new HashMap<>();

    /** Deleted ones that something still needs. */
    private final Set<SnapshotId> lingering = ConcurrentHashMap.newKeySet();

    /**
     * @param replaceAfter how long a node may be away before another one keeps what it had
     */
    SnapshotReconciler(
            Store store,
            Fleet fleet,
            BlockSightings sightings,
            StorageCapacity capacity,
            Duration replaceAfter,
            Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.capacity = requireNonNull(capacity);
        this.replaceAfter = requireNonNull(replaceAfter);
        this.time = requireNonNull(time);
        this.loop = new KeyedLoop<>("snapshots", time, this::reconcile);
    }

    /** Publishes every snapshot before it returns; then keeps up. */
    void start() {
        long revision = publishAll();
        watches.add(store.watch(SnapshotTables.SNAPSHOTS, revision, this::changed));
        watches.add(store.watch(VolumeTables.VOLUMES, revision, this::volumesChanged));
        watches.add(store.watch(VolumeTables.STORAGE_NODES, revision, this::nodesChanged));
        wakeAll();
        loop.start();
    }

    /** Tells the hosts of every snapshot as it is recorded; the revision that was read. */
    long publishAll() {
        return store.view(tx -> {
            tx.scan(SnapshotTables.SNAPSHOTS, KeyRange.all(), ALL)
                    .forEach(entry -> publish(tx, entry.value()));
            return tx.revision();
        });
    }

    /** Hears of a host, after {@link BlockSightings} has. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.SnapshotObserved observed ->
                    wake(observed.observation().getSnapshotId());
            case FleetEvent.VolumeObserved observed ->
                    Stream.concat(
                                    observed.observation().getCutsList().stream(),
                                    observed.observation().getFailedCutsList().stream())
                            .forEach(this::wake);
            case FleetEvent.Disconnected gone ->
                    Thread.startVirtualThread(
                            () -> of(gone.node()).forEach(snapshot -> loop.wake(snapshot.id())));
            case FleetEvent.ObservationsComplete(NodeId node, Set<String> ids) ->
                    Thread.startVirtualThread(() -> missing(node, ids));
            case FleetEvent.Joined _,
                    FleetEvent.Connected _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.ObjectStoreObserved _ -> {}
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        loop.close();
    }

    private void wake(String id) {
        if (ResourceId.wellFormed(SnapshotId.PREFIX, id)) {
            loop.wake(new SnapshotId(id));
        }
    }

    private void wakeAll() {
        store.view(tx -> tx.scan(SnapshotTables.SNAPSHOTS, KeyRange.all(), ALL))
                .forEach(entry -> loop.wake(entry.key().id()));
    }

    private List<Snapshot> of(NodeId node) {
        return store.view(tx ->
                Rows.of(tx, SnapshotTables.SNAPSHOTS, SnapshotTables.SNAPSHOTS_BY_NODE, node));
    }

    /** What a host did not name when it told of all it has is not there. */
    void missing(NodeId node, Set<String> ids) {
        for (var snapshot : of(node)) {
            if (!ids.contains(snapshot.id().value())) {
                sightings.snapshotUnnamed(node, snapshot.id().value());
            }
            loop.wake(snapshot.id());
        }
    }

    private void changed(WatchEvent<Owned<SnapshotId>, Snapshot> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<SnapshotId>, Snapshot> changed ->
                    changed.changes()
                            .forEach(change -> {
                                loop.wake(change.key().id());
                                var snapshot = change.value();
                                if (snapshot != null) {
                                    // A deleted one goes when nobody copies it any more.
                                    snapshot.copyOf().ifPresent(loop::wake);
                                    store.view(tx -> Snapshots.pendingWith(tx, snapshot))
                                            .forEach(other -> loop.wake(other.id()));
                                }
                            });
            case WatchEvent.Resync<Owned<SnapshotId>, Snapshot> _ -> wakeAll();
        }
    }

    /** The nodes of a snapshot that is not cut are its volume's; a deleted one may be in use. */
    private void volumesChanged(WatchEvent<Owned<VolumeId>, Volume> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<VolumeId>, Volume> changed ->
                    changed.changes()
                            .forEach(change -> {
                                var volume = change.value();
                                if (volume != null) {
                                    volume.snapshot().ifPresent(loop::wake);
                                } else {
                                    lingering.forEach(loop::wake);
                                }
                                pendingOf(change.key())
                                        .forEach(snapshot -> loop.wake(snapshot.id()));
                            });
            case WatchEvent.Resync<Owned<VolumeId>, Volume> _ -> wakeAll();
        }
    }

    /** Where a node is found is part of what the others are told. */
    private void nodesChanged(WatchEvent<NodeId, StorageNode> event) {
        switch (event) {
            case WatchEvent.Changed<NodeId, StorageNode> changed ->
                    changed.changes()
                            .forEach(
                                    change -> of(change.key()).forEach(one -> loop.wake(one.id())));
            case WatchEvent.Resync<NodeId, StorageNode> _ -> wakeAll();
        }
    }

    private List<Snapshot> pendingOf(Owned<VolumeId> volume) {
        return store.view(tx ->
                Rows.of(tx, SnapshotTables.SNAPSHOTS, SnapshotTables.PENDING_BY_VOLUME, volume));
    }

    /** One turn; for the loop's thread alone. */
    @Nullable Duration reconcile(SnapshotId id) {
        if (changes(id)) {
            store.update(tx -> advance(tx, id));
        }
        var pause =
                store.view(tx -> {
                    var snapshot = find(tx, id);
                    snapshot.ifPresentOrElse(one -> publish(tx, one), () -> forget(id));
                    if (snapshot.filter(SnapshotReconciler::isDeleted).isPresent()) {
                        lingering.add(id);
                    } else {
                        lingering.remove(id);
                    }
                    return snapshot.flatMap(one -> again(one, seen(tx, one)));
                });
        return pause.orElse(null);
    }

    private static boolean isDeleted(Snapshot snapshot) {
        return snapshot.state() == SnapshotState.DELETED;
    }

    private Optional<Duration> again(Snapshot snapshot, SnapshotPlanner.Seen seen) {
        return switch (snapshot.state()) {
            case PENDING -> Optional.of(AGAIN);
            case DELETED -> Optional.of(LOOK_AGAIN);
            case COMPLETED ->
                    SnapshotPlanner.isSound(snapshot, seen)
                            ? Optional.empty()
                            : Optional.of(whenGivenUp());
            case ERROR -> Optional.empty();
        };
    }

    /** Often enough to see that a node has been away for too long. */
    private Duration whenGivenUp() {
        return replaceAfter.compareTo(LOOK_AGAIN) < 0 ? replaceAfter : LOOK_AGAIN;
    }

    private boolean changes(SnapshotId id) {
        return store.view(tx ->
                find(tx, id)
                        .filter(snapshot -> !planned(tx, snapshot).equals(Optional.of(snapshot)))
                        .isPresent());
    }

    private void advance(Transaction tx, SnapshotId id) {
        var before = find(tx, id).orElse(null);
        if (before == null) {
            return;
        }
        var after = planned(tx, before);
        if (after.isEmpty()) {
            tx.delete(SnapshotTables.SNAPSHOTS, before.key());
        } else if (!after.get().equals(before)) {
            tx.put(SnapshotTables.SNAPSHOTS, before.key(), after.get());
            if (after.get().state() != before.state()) {
                log.info(
                        "{} {} -> {}", id, before.state().awsName(), after.get().state().awsName());
                if (after.get().state() == SnapshotState.ERROR) {
                    failOthers(tx, before);
                }
            }
        }
    }

    /** As AWS has it: when one of those of one moment fails, all do. */
    private static void failOthers(Transaction tx, Snapshot failed) {
        for (var other : Snapshots.pendingWith(tx, failed)) {
            if (!other.id().equals(failed.id())) {
                log.info("{} fails with {}", other.id(), failed.id());
                Snapshots.put(tx, other.apply(SnapshotState.Event.LOST));
            }
        }
    }

    private Optional<Snapshot> planned(ReadTransaction tx, Snapshot snapshot) {
        var moment =
                new SnapshotPlanner.Moment(time.now().truncatedTo(ChronoUnit.MILLIS), replaceAfter);
        return SnapshotPlanner.next(snapshot, seen(tx, snapshot), moment);
    }

    private SnapshotPlanner.Seen seen(ReadTransaction tx, Snapshot snapshot) {
        var volume = Optional.ofNullable(tx.get(VolumeTables.VOLUMES, snapshot.volume()));
        var words = new HashMap<NodeId, SnapshotPlanner.Word>();
        sightings
                .snapshots(snapshot.id().value())
                .forEach((node, word) -> words.put(node, VolumeWords.of(word)));
        var away = new HashMap<NodeId, Duration>();
        snapshot.nodes()
                .forEach(node -> sightings.away(node).ifPresent(time -> away.put(node, time)));
        return new SnapshotPlanner.Seen(
                volume,
                word(volume).filter(word -> says(word.getCutsList(), snapshot)).isPresent(),
                words,
                away,
                Snapshots.isInUse(tx, snapshot.id()),
                one -> another(tx, one),
                word(volume).filter(word -> says(word.getFailedCutsList(), snapshot)).isPresent(),
                Snapshots.pendingWith(tx, snapshot).stream().anyMatch(Snapshot::isUncut));
    }

    /** A node of the zone that the others are in. */
    private Optional<NodeId> another(ReadTransaction tx, Snapshot snapshot) {
        return snapshot.nodes().stream()
                .map(node -> Optional.ofNullable(tx.get(VolumeTables.STORAGE_NODES, node)))
                .flatMap(Optional::stream)
                .map(StorageNode::zone)
                .distinct()
                .map(zone ->
                        new ReplicaDemand(
                                zone,
                                1,
                                snapshot.fullBytes(),
                                Set.copyOf(snapshot.nodes()),
                                Set.of()))
                .flatMap(demand -> ReplicaPlanner.choose(capacity.nodes(), demand).stream())
                .findFirst();
    }

    /** What the volume's writer says of it. */
    private Optional<VolumeObservation> word(Optional<Volume> volume) {
        return volume.flatMap(one ->
                one.placement()
                        .writer()
                        .flatMap(writer -> sightings.volume(one.id().value(), writer))
                        .filter(word -> word.getEpoch() == one.placement().epoch()));
    }

    private static boolean says(List<String> ids, Snapshot snapshot) {
        return ids.contains(snapshot.id().value());
    }

    static Optional<Snapshot> find(ReadTransaction tx, SnapshotId id) {
        return tx.lookup(SnapshotTables.SNAPSHOTS, SnapshotTables.SNAPSHOTS_BY_ID, id, 1).stream()
                .map(entry -> entry.value())
                .findFirst();
    }

    private void publish(ReadTransaction tx, Snapshot snapshot) {
        var before = told.getOrDefault(snapshot.id(), Map.of());
        var now = new HashMap<NodeId, SnapshotSpec>();
        var sources = sources(tx, snapshot);
        keepers(tx, snapshot)
                .forEach(node -> now.put(node, SnapshotSpecs.of(snapshot, node, sources)));
        now.forEach((node, spec) -> {
            if (!spec.equals(before.get(node))) {
                fleet.desire(
                        node,
                        Desired.newBuilder()
                                .setGeneration(tx.revision())
                                .setSnapshot(spec)
                                .build());
            }
        });
        before.keySet().stream()
                .filter(node -> !now.containsKey(node))
                .forEach(node -> fleet.release(node, snapshot.id().value()));
        told.put(snapshot.id(), Map.copyOf(now));
    }

    /** The nodes that keep it, or what it is a copy of. */
    private static List<StorageNode> sources(ReadTransaction tx, Snapshot snapshot) {
        return Stream.concat(
                        snapshot.nodes().stream(),
                        snapshot
                                .copiedFrom()
                                .flatMap(source -> find(tx, source))
                                .map(Snapshot::nodes)
                                .orElse(List.of())
                                .stream())
                .distinct()
                .sorted()
                .map(node -> Optional.ofNullable(tx.get(VolumeTables.STORAGE_NODES, node)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** A cut comes to a node by its volume before anything else; it must be wanted there then. */
    private static Set<NodeId> keepers(ReadTransaction tx, Snapshot snapshot) {
        return switch (snapshot.state()) {
            case ERROR -> Set.of();
            case COMPLETED, DELETED -> Set.copyOf(snapshot.nodes());
            case PENDING -> {
                if (snapshot.cut()) {
                    yield Set.copyOf(snapshot.nodes());
                }
                var volume = tx.get(VolumeTables.VOLUMES, snapshot.volume());
                yield volume == null ? Set.of() : replicas(volume);
            }
        };
    }

    private static Set<NodeId> replicas(Volume volume) {
        var nodes = new HashSet<NodeId>();
        volume.placement().replicas().stream()
                .filter(replica -> replica.role() != ReplicaRole.LOST)
                .forEach(replica -> nodes.add(replica.node()));
        return nodes;
    }

    private void forget(SnapshotId id) {
        sightings.forget(id.value());
        var nodes = told.remove(id);
        if (nodes != null) {
            nodes.keySet().forEach(node -> fleet.release(node, id.value()));
        }
    }
}
