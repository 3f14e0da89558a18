package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.object.ObjectStore;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.ObjectSightings;
import io.brume.control.state.Rows;
import io.brume.control.store.codec.ObjectStoreTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupObservation;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells storage nodes how the object store is to be, and records what becomes of it. The dull half:
 * {@link ObjectStorePlanner} decides.
 */
final class ObjectStoreReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ObjectStoreReconciler.class);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(1);

    /** There is one thing to reconcile. */
    private static final String KEY = ObjectStoreTables.ROW;

    /**
     * What the object store is made by.
     *
     * @param sightings the storage nodes' last words, which this fills
     * @param away tells how long hosts have been away
     * @param domains under which it is reached
     * @param ids gives new index groups theirs
     * @param replaceAfter how long a storage node may be away before others take its place
     */
    record Parts(
            ObjectSightings sightings,
            BlockSightings away,
            String region,
            List<String> domains,
            Supplier<UUID> ids,
            Duration replaceAfter) {}

    private final Store store;
    private final Fleet fleet;
    private final Parts parts;
    private final KeyedLoop<String> loop;
    private final List<Watch> watches = new ArrayList<>();

    /** What this leader last told. */
    private final Map<NodeId, ObjectStoreSpec> told = new ConcurrentHashMap<>();

    ObjectStoreReconciler(Store store, Fleet fleet, Parts parts, Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.parts = requireNonNull(parts);
        this.loop = new KeyedLoop<>("object-store", time, key -> reconcile());
    }

    /** Publishes what is recorded before it returns; then keeps up. */
    void start() {
        long revision =
                store.view(tx -> {
                    publish(tx);
                    return tx.revision();
                });
        watches.add(store.watch(VolumeTables.STORAGE_NODES, revision, event -> wake()));
        wake();
        loop.start();
    }

    /** Hears of a host, after the sightings have. Returns at once. */
    void on(FleetEvent event) {
        parts.sightings().on(event);
        switch (event) {
            case FleetEvent.Connected _,
                    FleetEvent.Disconnected _,
                    FleetEvent.ObjectStoreObserved _ ->
                    wake();
            case FleetEvent.Joined _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    private void wake() {
        loop.wake(KEY);
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        loop.close();
    }

    private @Nullable Duration reconcile() {
        var fresh = parts.ids().get();
        if (store.view(tx -> !planned(tx, fresh).equals(stored(tx)))) {
            store.update(tx -> advance(tx, fresh));
        }
        boolean unsettled =
                store.view(tx -> {
                    publish(tx);
                    return ObjectStorePlanner.isUnsettled(stored(tx), seen(nodes(tx)));
                });
        return unsettled ? pause() : null;
    }

    private Duration pause() {
        return parts.replaceAfter().compareTo(MOST_PAUSE) < 0 ? parts.replaceAfter() : MOST_PAUSE;
    }

    private void advance(Transaction tx, UUID fresh) {
        var before = stored(tx);
        var after = planned(tx, fresh);
        if (!after.equals(before)) {
            tx.put(ObjectStoreTables.OBJECT_STORE, KEY, after);
            log(before, after);
        }
    }

    private static void log(ObjectStore before, ObjectStore after) {
        if (!before.index().equals(after.index())) {
            log.info("The index of objects is kept by {}", after.index().orElse(null));
        }
        long moved =
                after.groups().stream().filter(group -> !before.groups().contains(group)).count();
        if (moved > 0) {
            log.info(
                    "{} placement groups of objects change; {} are moving",
                    moved,
                    after.groups().stream().filter(group -> !group.atRest()).count());
        }
    }

    private ObjectStore planned(ReadTransaction tx, UUID fresh) {
        return ObjectStorePlanner.next(stored(tx), seen(nodes(tx)), fresh);
    }

    private static ObjectStore stored(ReadTransaction tx) {
        return Optional.ofNullable(tx.get(ObjectStoreTables.OBJECT_STORE, KEY))
                .orElse(ObjectStore.NONE);
    }

    /** Those that take part. */
    private static Map<NodeId, StorageNode> nodes(ReadTransaction tx) {
        return Rows.of(tx, VolumeTables.STORAGE_NODES, KeyRange.all()).stream()
                .filter(node -> node.objects().isPresent())
                .collect(
                        Collectors.toMap(StorageNode::id, node -> node, (a, b) -> a, TreeMap::new));
    }

    private ObjectStoreSeen seen(Map<NodeId, StorageNode> nodes) {
        var seen = new HashMap<NodeId, ObjectStoreSeen.Node>();
        nodes.forEach((id, node) ->
                seen.put(
                        id,
                        new ObjectStoreSeen.Node(
                                id,
                                node.zone(),
                                node.hostName(),
                                parts.away().away(id),
                                parts.sightings().of(id).map(ObjectStoreReconciler::word))));
        return new ObjectStoreSeen(seen, parts.replaceAfter());
    }

    private static ObjectStoreSeen.Word word(ObjectStoreObservation said) {
        return new ObjectStoreSeen.Word(
                said.getIndexRole() == ObjectStoreObservation.IndexRole.INDEX_ROLE_LEADER,
                uuid(said.getIndexGroupId()),
                Set.copyOf(said.getIndexMembersList()),
                said.getGroupsList().stream()
                        .collect(
                                Collectors.toMap(
                                        PlacementGroupObservation::getNumber,
                                        PlacementGroupObservation::getCompleteEpoch,
                                        Math::min)));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // It says what no node says: it is not of any group.
        }
    }

    /** Every storage node that takes part is told the same, whenever that is news. */
    private void publish(ReadTransaction tx) {
        var nodes = nodes(tx);
        var spec = ObjectStoreSpecs.spec(parts.region(), parts.domains(), stored(tx), nodes);
        for (var node : nodes.keySet()) {
            if (!spec.equals(told.put(node, spec))) {
                fleet.desire(
                        node,
                        Desired.newBuilder()
                                .setGeneration(tx.revision())
                                .setObjectStore(spec)
                                .build());
            }
        }
    }
}
