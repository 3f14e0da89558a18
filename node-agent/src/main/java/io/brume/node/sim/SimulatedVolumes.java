package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.node.volume.OutsideAddress;
import io.brume.node.volume.OutsideOffer;
import io.brume.node.volume.ReplicaWant;
import io.brume.node.volume.VolumeStatus;
import io.brume.node.volume.VolumeStatus.Phase;
import io.brume.node.volume.VolumeStatus.Rebuilding;
import io.brume.node.volume.VolumeWant;
import io.brume.node.volume.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes without bytes: they open, are cut, grow and rebuild after a while. A storage node that is
 * said to be down fails as a replica until it is said to be up. Thread-safe.
 */
public final class SimulatedVolumes implements Volumes {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedVolumes.class);

    private final SimulationOptions options;
    private final SimulatedFaults faults;
    private final Map<String, VolumeWant> wants = new HashMap<>();
    private final Map<String, VolumeStatus> statuses = new HashMap<>();
    private final Map<String, OutsideAddress> outside = new HashMap<>();
    private final Set<String> down = new HashSet<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("simulated-volumes").factory());

    public SimulatedVolumes(SimulationOptions options) {
        this.options = requireNonNull(options);
        this.faults = new SimulatedFaults(options);
    }

    /** A storage node cannot be reached from this host any more. */
    public void nodeDown(String nodeId) {
        turn(nodeId, true);
    }

    /** A storage node can be reached again. */
    public void nodeUp(String nodeId) {
        turn(nodeId, false);
    }

    private void turn(String nodeId, boolean isDown) {
        List<String> ids;
        synchronized (this) {
            if (isDown ? !down.add(nodeId) : !down.remove(nodeId)) {
                return;
            }
            ids = List.copyOf(wants.keySet());
        }
        ids.forEach(this::progress);
    }

    @Override
    public void apply(VolumeWant want) throws IOException {
        synchronized (this) {
            VolumeWant held = wants.get(want.volumeId());
            if (held != null && held.generation() >= want.generation()) {
                return;
            }
        }
        faults.mayFail("the volume cannot be taken up");
        synchronized (this) {
            wants.put(want.volumeId(), want);
            VolumeStatus before = statuses.get(want.volumeId());
            if (before == null || before.epoch() != want.epoch()) {
                statuses.put(
                        want.volumeId(),
                        new VolumeStatus(
                                want.volumeId(),
                                want.generation(),
                                want.epoch(),
                                Phase.OPENING,
                                "",
                                List.of(),
                                List.of(),
                                List.of(),
                                before == null ? want.sizeBytes() : before.sizeBytes()));
            }
        }
        soon(want.volumeId());
    }

    private void soon(String volumeId) {
        try {
            var _ =
                    clock.schedule(
                            () -> progress(volumeId),
                            faults.scatter(options.volumeTakes()).toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: time has stopped", volumeId, e);
        }
    }

    /** The volume becomes as it is wanted, as far as the nodes that are up allow. */
    private void progress(String volumeId) {
        synchronized (this) {
            VolumeWant want = wants.get(volumeId);
            VolumeStatus before = statuses.get(volumeId);
            if (want == null || before == null || before.phase() == Phase.FAILED) {
                return;
            }
            VolumeStatus now = next(want, before);
            if (now.equals(before)) {
                return;
            }
            statuses.put(volumeId, now);
        }
        listeners.forEach(listener -> listener.accept(volumeId));
    }

    private VolumeStatus next(VolumeWant want, VolumeStatus before) {
        List<String> failed = new ArrayList<>();
        List<Rebuilding> rebuilding = new ArrayList<>();
        boolean oneIsUp = false;
        for (ReplicaWant replica : want.replicas()) {
            boolean isDown = down.contains(replica.nodeId());
            if (!replica.inSync()) {
                rebuilding.add(new Rebuilding(replica.nodeId(), isDown ? 0 : 100, !isDown));
            } else if (isDown) {
                failed.add(replica.nodeId());
            } else {
                oneIsUp = true;
            }
        }
        boolean all = failed.isEmpty() && oneIsUp;
        return new VolumeStatus(
                want.volumeId(),
                want.generation(),
                want.epoch(),
                all ? Phase.SERVING : before.phase(),
                all ? "" : "not every replica can be reached",
                oneIsUp ? failed : List.of(),
                rebuilding,
                all ? want.cuts() : before.cuts(),
                all ? want.sizeBytes() : before.sizeBytes());
    }

    @Override
    public synchronized Optional<VolumeStatus> status(String volumeId) {
        return Optional.ofNullable(statuses.get(volumeId));
    }

    @Override
    public Path offer(String volumeId) throws IOException {
        if (status(volumeId).isEmpty()) {
            throw new IOException("the volume " + volumeId + " is not served here");
        }
        return Path.of("/simulated", volumeId + ".sock");
    }

    /** There is nothing to close. */
    @Override
    public void withdraw(String volumeId) {}

    /** There is nobody to let in: only that it is so is kept. */
    @Override
    public synchronized void offerOutside(String volumeId, OutsideOffer offer) throws IOException {
        if (status(volumeId).isEmpty()) {
            throw new IOException("the volume " + volumeId + " is not served here");
        }
        outside.put(volumeId, new OutsideAddress(new HostPort("127.0.0.1", 1), offer.authority()));
    }

    @Override
    public synchronized Optional<OutsideAddress> outside(String volumeId) {
        return Optional.ofNullable(outside.get(volumeId));
    }

    @Override
    public synchronized void withdrawOutside(String volumeId) {
        outside.remove(volumeId);
    }

    @Override
    public Path fail(String volumeId, long sizeBytes) {
        release(volumeId);
        return Path.of("/simulated", volumeId + ".sock");
    }

    @Override
    public synchronized void release(String volumeId) {
        wants.remove(volumeId);
        statuses.remove(volumeId);
        outside.remove(volumeId);
    }

    @Override
    public void onChange(Consumer<String> listener) {
        listeners.add(requireNonNull(listener));
    }

    /** Time stops for the volumes. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
