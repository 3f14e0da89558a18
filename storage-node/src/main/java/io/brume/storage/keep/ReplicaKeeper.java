package io.brume.storage.keep;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.proto.block.Blocks;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.session.Observations;
import io.brume.session.SessionHost.Change;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.chunks.Arrivals;
import io.brume.storage.wire.Grants;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, grows, hands over and deletes this node's replicas and snapshots as the control plane
 * desires, and reports them. A word that is older than the one held changes nothing. What could not
 * be done is reported and tried again. Thread-safe.
 */
public final class ReplicaKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaKeeper.class);

    /** How often what failed is tried again, and everything is looked at. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** How often snapshots are looked at that are not whole yet: somebody waits for them. */
    private static final Duration LOOK_AT_GROWING_EVERY = Duration.ofMillis(100);

    /**
     * A snapshot may be cut before its word comes here: one that no word names is deleted only when
     * a whole state so long after the first does not name it, either.
     */
    static final Duration STRAY_FOR = Duration.ofMinutes(10);

    /** How many looks pass between two reports of all replicas. */
    private static final int REPORT_EACH = 5;

    private final BlockStore store;
    private final Arrivals arrivals;
    private final Grants grants;
    private final StorageReports reports;
    private final DesiredFiles files;
    private final Time time;
    private final Map<String, Desired> replicas;
    private final Map<String, Desired> snapshots = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private final Set<String> released = new HashSet<>();

    /** What was wanted of a replica when it was last made so. */
    private final Map<String, Desired> done = new HashMap<>();

    /** Snapshots that a whole state has not named, and since when. */
    private final Map<String, Long> strays = new HashMap<>();

    /** Snapshots that were reported to be whole. */
    private final Set<String> whole = new HashSet<>();

    private int looks;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("replica-keeper").factory());

    /**
     * Takes up what this node was last told.
     *
     * @param arrivals how snapshots come that are not cut here
     * @param folder for the words on replicas
     * @throws IOException when what was told cannot be read
     */
    public ReplicaKeeper(
            BlockStore store,
            Arrivals arrivals,
            Grants grants,
            Observations observations,
            Path folder,
            Time time)
            throws IOException {
        this.store = requireNonNull(store);
        this.arrivals = requireNonNull(arrivals);
        this.grants = requireNonNull(grants);
        this.reports = new StorageReports(observations);
        this.files = new DesiredFiles(folder, thing -> thing.getReplica().getVolumeId());
        this.time = requireNonNull(time);
        this.replicas = new LinkedHashMap<>(files.read());
        LOG.info("{} replicas are here, {} are known", store.replicas().size(), replicas.size());
        look();
        reportReplicas();
        var _ =
                timer.scheduleWithFixedDelay(
                        this::lookSafely,
                        LOOK_EVERY.toMillis(),
                        LOOK_EVERY.toMillis(),
                        TimeUnit.MILLISECONDS);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::lookAtGrowing,
                        LOOK_AT_GROWING_EVERY.toMillis(),
                        LOOK_AT_GROWING_EVERY.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Everything that this node is to have: what it has beside that is deleted. */
    public synchronized void desired(List<Desired> things) throws IOException {
        Set<String> wanted = new HashSet<>();
        for (Desired thing : things) {
            wanted.add(want(thing));
        }
        Set<String> known = new HashSet<>(replicas.keySet());
        known.addAll(store.replicas().keySet());
        known.addAll(snapshots.keySet());
        known.removeAll(wanted);
        strays.keySet().removeAll(wanted);
        for (String id : store.snapshots().keySet()) {
            if (!wanted.contains(id) && isStrayForLong(id)) {
                known.add(id);
            }
        }
        known.forEach(this::release);
        look();
        reportReplicas();
    }

    private boolean isStrayForLong(String snapshotId) {
        long now = time.nanos();
        long since = strays.computeIfAbsent(snapshotId, id -> now);
        return Duration.ofNanos(now - since).compareTo(STRAY_FOR) > 0;
    }

    /** What has changed, in order. */
    public synchronized void changed(List<Change> changes) throws IOException {
        for (Change change : changes) {
            switch (change) {
                case Change.Wanted(Desired thing) -> want(thing);
                case Change.Released(String id) -> release(id);
            }
        }
        look();
        reportReplicas();
    }

    /** Writes a word down; gives the id of its thing. */
    private String want(Desired thing) throws IOException {
        return switch (thing.getThingCase()) {
            case REPLICA -> {
                String id = thing.getReplica().getVolumeId();
                if (!DesiredFiles.isId(id)) {
                    LOG.error("A replica is wanted of what is no volume: {}", id);
                } else if (isCurrent(thing, replicas.get(id))) {
                    if (!thing.equals(replicas.get(id))) {
                        files.write(id, thing);
                        replicas.put(id, thing);
                    }
                    released.remove(id);
                }
                yield id;
            }
            case SNAPSHOT -> {
                String id = thing.getSnapshot().getSnapshotId();
                strays.remove(id);
                if (isCurrent(thing, snapshots.get(id))) {
                    snapshots.put(id, thing);
                    released.remove(id);
                }
                yield id;
            }
            case INSTANCE, VPC, IMAGE, VOLUME, OBJECT_STORE, THING_NOT_SET -> {
                LOG.error("A {} is wanted, which no storage node keeps", thing.getThingCase());
                yield "";
            }
        };
    }

    /** Not an older word than the one held. */
    private static boolean isCurrent(Desired thing, @Nullable Desired held) {
        return held == null
                || Long.compareUnsigned(thing.getGeneration(), held.getGeneration()) >= 0;
    }

    private void release(String id) {
        released.add(id);
        failures.remove(id);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("The replicas could not be looked at", e);
        }
    }

    /** Does what is to be done, and reports everything. */
    private synchronized void look() {
        for (String id : List.copyOf(released)) {
            delete(id);
        }
        replicas.forEach((id, desired) -> {
            if (!released.contains(id)
                    && (!desired.equals(done.get(id)) || store.replica(id).isEmpty())) {
                realise(id, desired);
            }
        });
        lookAtSnapshots();
        looks++;
        if (looks % REPORT_EACH == 0) {
            reportReplicas();
        }
    }

    private void lookAtSnapshots() {
        Map<String, BlockStore.Snapshot> here = store.snapshots();
        snapshots.forEach((id, desired) -> {
            SnapshotSpec spec = desired.getSnapshot();
            if (!released.contains(id) && comesFromElsewhere(spec, here.containsKey(id))) {
                arrivals.want(spec);
                if (!here.containsKey(id)) {
                    reports.expectedSnapshot(
                            id, desired.getGeneration(), arrivals.problem(id).orElse(""));
                }
            }
        });
        here.values().forEach(this::report);
    }

    private synchronized void lookAtGrowing() {
        if (!whole.containsAll(snapshots.keySet())) {
            store.snapshots().values().stream()
                    .filter(snapshot -> !whole.contains(snapshot.snapshotId()))
                    .forEach(this::report);
        }
    }

    private void report(BlockStore.Snapshot snapshot) {
        String id = snapshot.snapshotId();
        reports.snapshot(
                snapshot,
                generation(snapshots.get(id)),
                Optional.ofNullable(failures.get(id)),
                arrivals.problem(id));
        if (snapshot.isComplete()) {
            whole.add(id);
        }
    }

    /** Whether no volume of this node is cut for it. */
    private boolean comesFromElsewhere(SnapshotSpec spec, boolean here) {
        boolean told = spec.getOpen() || !spec.getCopyOf().isEmpty() || spec.getSourcesCount() > 0;
        boolean cut =
                !spec.getVolumeId().isEmpty() && store.replica(spec.getVolumeId()).isPresent();
        return here ? spec.getVolumeId().isEmpty() || told : told && !cut;
    }

    private void delete(String id) {
        try {
            boolean replica = replicas.containsKey(id) || store.replica(id).isPresent();
            boolean snapshot = snapshots.containsKey(id) || store.snapshots().containsKey(id);
            if (replica) {
                grants.withdraw(id);
                files.delete(id);
                store.delete(id);
                replicas.remove(id);
                done.remove(id);
                reports.replicaGone(id);
                LOG.info("{} is deleted", id);
            }
            if (snapshot) {
                arrivals.forget(id);
                store.deleteSnapshot(id);
                snapshots.remove(id);
                strays.remove(id);
                whole.remove(id);
                reports.snapshotGone(id);
                LOG.info("{} is deleted", id);
            }
            released.remove(id);
            failures.remove(id);
        } catch (IOException e) {
            fail(id, "cannot be deleted: " + e.getMessage());
        }
    }

    private void realise(String id, Desired desired) {
        ReplicaSpec spec = desired.getReplica();
        done.remove(id);
        if (!spec.getBaseSnapshotId().isEmpty() && spec.getChunkSourcesCount() > 0) {
            arrivals.sources(spec.getBaseSnapshotId(), spec.getChunkSourcesList());
        }
        try {
            Optional<Replica> known = store.replica(id);
            if (known.isEmpty() || known.get().sizeBytes() < spec.getSizeBytes()) {
                make(id, spec, known);
            }
            Replica replica = store.replica(id).orElseThrow();
            grants.grant(replica, spec.getEpoch(), spec.getWriterNodeId());
            done.put(id, desired);
            if (failures.remove(id) != null) {
                LOG.info("{} is as it is wanted now", id);
            }
        } catch (IOException | ReplicaException e) {
            fail(id, String.valueOf(e.getMessage()));
        }
    }

    private void make(String id, ReplicaSpec spec, Optional<Replica> known)
            throws IOException, ReplicaException {
        long size = spec.getSizeBytes();
        if (size <= 0 || size % Blocks.BLOCK != 0) {
            throw new IOException("a volume of " + size + " bytes cannot be");
        }
        if (known.isPresent()) {
            known.get().resize(size);
            LOG.info("{} has grown to {} bytes", id, size);
        } else if (spec.getMustExist()) {
            // Made anew it would be zeros under the name of somebody's data.
            throw new IOException("its replica was here, and is not any more");
        } else {
            Optional<String> base =
                    Optional.of(spec.getBaseSnapshotId()).filter(one -> !one.isEmpty());
            store.create(id, size, base);
            LOG.info("{} is made: {} bytes{}", id, size, base.map(" of "::concat).orElse(""));
        }
    }

    private void fail(String id, String reason) {
        if (!reason.equals(failures.put(id, reason))) {
            LOG.error("{}: {}; trying on", id, reason);
        }
    }

    private void reportReplicas() {
        Set<String> ids = new HashSet<>(replicas.keySet());
        store.replicas()
                .forEach((id, replica) -> {
                    ids.remove(id);
                    reports.replica(
                            replica,
                            generation(replicas.get(id)),
                            Optional.ofNullable(failures.get(id)).or(replica::failure));
                });
        for (String id : ids) {
            reports.missingReplica(
                    id, generation(replicas.get(id)), failures.getOrDefault(id, "is not here"));
        }
    }

    private static long generation(@Nullable Desired desired) {
        return desired == null ? 0 : desired.getGeneration();
    }

    /** Stops keeping. Nothing on the node changes. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
            LOG.warn("The replicas' keeper is still at work");
        }
    }
}
