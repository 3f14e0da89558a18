package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.scheduler.Capacity;
import io.brume.control.state.InstanceEnd;
import io.brume.control.state.InstanceImages;
import io.brume.control.state.Rows;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each instance's host how it should be, and the store what its host says of it. The dull
 * half: {@link InstancePlanner} decides.
 */
final class InstanceReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceReconciler.class);
    private static final int ALL = Integer.MAX_VALUE;

    /** A launch makes many instances at once. */
    private static final int WORKERS = 8;

    /** How long a terminated instance stays listed, as on AWS. */
    static final Duration LISTED_AFTER_TERMINATION = Duration.ofHours(1);

    /** How soon to look whether a host that is away is back. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** How soon to look whether what keeps a guest down is cut. */
    private static final Duration WHILE_IMAGED = Duration.ofMillis(200);

    private final Store store;
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final Capacity capacity;
    private final Time time;
    private final InstanceReader reader;
    private final InstanceEnd release;
    private final KeyedLoop<InstanceId> loop;
    private final Map<InstanceId, Heard> heard = new ConcurrentHashMap<>();

    /** The guests that are down for their images; each by one thread at a time. */
    private final Map<InstanceId, Heard> down = new ConcurrentHashMap<>();

    /** What this leader last told; each by one thread at a time. */
    private final Map<InstanceId, Told> told = new ConcurrentHashMap<>();

    private @Nullable Watch watch;

    private record Told(NodeId node, InstanceSpec spec) {}

    private record Heard(NodeId node, InstancePlanner.Observation observation) {}

    InstanceReconciler(
            Store store,
            Fleet fleet,
            BlockSightings sightings,
            Capacity capacity,
            Time time,
            InstanceReader reader,
            InstanceEnd release) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.capacity = requireNonNull(capacity);
        this.time = requireNonNull(time);
        this.reader = requireNonNull(reader);
        this.release = requireNonNull(release);
        this.loop = new KeyedLoop<>("instances", time, WORKERS, this::reconcile);
    }

    /** Publishes every instance before it returns; then keeps up. */
    void start() {
        long revision =
                store.view(tx -> {
                    tx.scan(InstanceTables.INSTANCES, KeyRange.all(), ALL)
                            .forEach(entry -> publish(tx, entry.value()));
                    return tx.revision();
                });
        watch = store.watch(InstanceTables.INSTANCES, revision, this::changed);
        loop.start();
    }

    /** Something that an instance's host is told of has changed beside the instance. */
    void wake(InstanceId instance) {
        loop.wake(instance);
    }

    /** Nobody knows what has changed. */
    void wakeAll() {
        store.view(tx -> tx.scan(InstanceTables.INSTANCES, KeyRange.all(), ALL))
                .forEach(entry -> loop.wake(entry.key().id()));
    }

    /** Hears of a host. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.InstanceObserved(NodeId node, InstanceObservation observation) -> {
                if (ResourceId.wellFormed(InstanceId.PREFIX, observation.getInstanceId())) {
                    hear(
                            node,
                            new InstanceId(observation.getInstanceId()),
                            Observations.of(observation));
                }
            }
            case FleetEvent.ObservationsComplete(NodeId node, Set<String> ids) ->
                    Thread.startVirtualThread(() -> missing(node, ids));
            case FleetEvent.Disconnected gone ->
                    Thread.startVirtualThread(
                            () -> of(gone.node()).forEach(instance -> loop.wake(instance.id())));
            case FleetEvent.Joined _,
                    FleetEvent.Connected _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.ImageObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObjectStoreObserved _ -> {}
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        loop.close();
    }

    private void changed(WatchEvent<Owned<InstanceId>, Instance> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<InstanceId>, Instance> changed ->
                    changed.changes().forEach(change -> loop.wake(change.key().id()));
            case WatchEvent.Resync<Owned<InstanceId>, Instance> _ -> wakeAll();
        }
    }

    private void hear(NodeId node, InstanceId id, InstancePlanner.Observation observation) {
        heard.put(id, new Heard(node, observation));
        loop.wake(id);
    }

    /** What a host did not name when it told of all it has is not there. */
    private void missing(NodeId node, Set<String> ids) {
        of(node).stream()
                .filter(instance -> !ids.contains(instance.id().value()))
                .forEach(instance -> hear(node, instance.id(), Observations.ABSENT));
    }

    private List<Instance> of(NodeId node) {
        return store.view(tx ->
                Rows.of(tx, InstanceTables.INSTANCES, InstanceTables.INSTANCES_BY_NODE, node));
    }

    private @Nullable Duration reconcile(InstanceId id) {
        var said = heard.remove(id);
        var word = said == null ? down.get(id) : said;
        if (word != null) {
            try {
                record(id, word);
            } catch (RuntimeException e) {
                heard.putIfAbsent(id, word);
                throw e;
            }
        }
        if (store.view(tx -> find(tx, id).filter(one -> isUnsettled(tx, one)).isPresent())) {
            store.update(tx -> find(tx, id).ifPresent(one -> settle(tx, one)));
        }
        var instance =
                store.view(tx -> {
                    var found = find(tx, id);
                    found.ifPresentOrElse(one -> publish(tx, one), () -> forget(id));
                    return found;
                });
        if (instance.isEmpty()) {
            return null;
        }
        remember(instance.get(), word);
        return again(instance.get());
    }

    private void record(InstanceId id, Heard word) {
        var now = time.now();
        store.update(tx -> {
            var found = find(tx, id);
            if (found.isEmpty() || !found.get().node().equals(Optional.of(word.node()))) {
                return;
            }
            var before = found.get();
            var after = InstancePlanner.observe(before, word.observation(), now);
            change(tx, before, after);
            if (InstancePlanner.isDownForImage(after, Optional.of(word.observation()))) {
                InstanceImages.cut(tx, after, now);
            }
        });
    }

    private void change(Transaction tx, Instance before, Instance after) {
        if (after.equals(before)) {
            return;
        }
        if (after.node().isEmpty() && before.node().isPresent()) {
            log.info("{} is taken from {}, which is away", after.id(), before.node().get());
            Volumes.moved(tx, after.key(), Optional.empty());
        }
        tx.put(InstanceTables.INSTANCES, after.key(), release.after(tx, before, after));
        log.info("{} {} -> {}", after.id(), before.state().awsName(), after.state().awsName());
    }

    /** That a guest is down stays known while it is kept down: its host has no more to say. */
    private void remember(Instance instance, @Nullable Heard word) {
        if (instance.imaging().isPresent()
                && word != null
                && word.observation().phase() == InstancePlanner.Phase.STOPPED) {
            down.put(instance.id(), word);
        } else {
            down.remove(instance.id());
        }
    }

    private boolean isUnsettled(ReadTransaction tx, Instance instance) {
        return !settled(tx, instance).equals(instance) || isToBeCut(tx, instance);
    }

    private static boolean isToBeCut(ReadTransaction tx, Instance instance) {
        return InstancePlanner.isDownForImage(instance, Optional.empty())
                && InstanceImages.isUncut(tx, instance);
    }

    private void settle(Transaction tx, Instance instance) {
        if (isToBeCut(tx, instance)) {
            InstanceImages.cut(tx, instance, time.now());
        }
        change(tx, instance, settled(tx, instance));
    }

    /** An instance after all that follows without a word of its host. */
    private Instance settled(ReadTransaction tx, Instance instance) {
        var next =
                InstancePlanner.givenUp(
                        instance,
                        instance.node().flatMap(sightings::away),
                        instance.node().isEmpty() && Volumes.areFenced(tx, instance.key()),
                        time.now());
        if (next.imaging().isPresent() && InstanceImages.isDone(tx, next)) {
            next = next.edit().imaged().done();
        }
        if (next.state() == InstanceState.PENDING) {
            for (var volume : Volumes.of(tx, instance.key())) {
                if (volume.state() == VolumeState.ERROR) {
                    return InstancePlanner.withoutVolume(next, volume.problem());
                }
            }
        }
        return next;
    }

    private static Optional<Instance> find(ReadTransaction tx, InstanceId id) {
        return tx.lookup(InstanceTables.INSTANCES, InstanceTables.INSTANCES_BY_ID, id, 1).stream()
                .map(entry -> entry.value())
                .findFirst();
    }

    private void publish(ReadTransaction tx, Instance instance) {
        var node = instance.node();
        var power = InstancePlanner.power(instance);
        if (node.isEmpty() || power.isEmpty()) {
            forget(instance.id());
            return;
        }
        if (instance.state().holdsCapacity()) {
            capacity.take(instance.id(), node.get(), reader.resources(instance));
        } else {
            capacity.release(instance.id());
        }
        var spec = InstanceSpecs.render(reader.contents(tx, instance), power.get());
        var now = new Told(node.get(), spec);
        var before = told.put(instance.id(), now);
        if (before != null && !before.node().equals(now.node())) {
            fleet.release(before.node(), instance.id().value());
        }
        if (!now.equals(before)) {
            fleet.desire(
                    node.get(),
                    Desired.newBuilder().setGeneration(tx.revision()).setInstance(spec).build());
        }
    }

    private void forget(InstanceId id) {
        capacity.release(id);
        var last = told.remove(id);
        if (last != null) {
            fleet.release(last.node(), id.value());
        }
    }

    /** When time alone may change something. */
    private @Nullable Duration again(Instance instance) {
        return switch (instance.state()) {
            case STOPPING, SHUTTING_DOWN ->
                    instance.node().filter(node -> sightings.away(node).isEmpty()).isPresent()
                            ? null
                            : LOOK_AGAIN;
            case TERMINATED -> unlistIn(instance);
            case PENDING, RUNNING, STOPPED -> instance.imaging().isPresent() ? WHILE_IMAGED : null;
        };
    }

    /** Drops a terminated instance once it has been listed long enough; tells how long that is. */
    private @Nullable Duration unlistIn(Instance instance) {
        var at = instance.terminatedAt().orElse(time.now()).plus(LISTED_AFTER_TERMINATION);
        var left = Duration.between(time.now(), at);
        if (left.isPositive()) {
            return left;
        }
        store.update(tx -> release.unlist(tx, instance));
        return null;
    }
}
