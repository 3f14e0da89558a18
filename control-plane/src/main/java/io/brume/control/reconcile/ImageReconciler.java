package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.state.ImageObserved;
import io.brume.control.state.Images;
import io.brume.control.state.Rows;
import io.brume.control.store.KeyRange;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Store;
import io.brume.control.store.Watch;
import io.brume.control.store.WatchEvent;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.InstanceTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.ImageSpec;
import io.brume.proto.node.v1.Role;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that every host holds every image that instances can be made from, and records what
 * came of it: an image is available as soon as one host has it, and has failed once every host that
 * is there has.
 */
final class ImageReconciler implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE;

    /** How soon to look whether a deregistered image is still used. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Store store;
    private final Fleet fleet;
    private final KeyedLoop<ImageId> loop;
    private final Map<ImageId, Map<NodeId, ImageObservation>> heard = new ConcurrentHashMap<>();

    /** Which hosts were told of an image; touched by the loop's thread alone. */
    private final Map<ImageId, Set<NodeId>> told = new HashMap<>();

    private @Nullable Watch watch;

    ImageReconciler(Store store, Fleet fleet, Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.loop = new KeyedLoop<>("images", time, this::reconcile);
    }

    /** Publishes every image to the hosts that joined before, before it returns; then keeps up. */
    void start(Set<NodeId> hosts) {
        long revision =
                store.view(tx -> {
                    for (var image : Images.desired(tx, id -> inUse(tx, id))) {
                        hosts.forEach(host -> tell(host, image, tx.revision()));
                    }
                    return tx.revision();
                });
        watch =
                store.watch(
                        ImageTables.IMAGES,
                        revision,
                        event -> {
                            switch (event) {
                                case WatchEvent.Changed<Owned<ImageId>, Image> changed ->
                                        changed.changes()
                                                .forEach(change -> loop.wake(change.key().id()));
                                case WatchEvent.Resync<Owned<ImageId>, Image> _ -> wakeAll();
                            }
                        });
        loop.start();
    }

    /** Hears of a host. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.ImageObserved(NodeId node, ImageObservation seen) -> {
                if (ResourceId.wellFormed(ImageId.PREFIX, seen.getImageId())) {
                    var id = new ImageId(seen.getImageId());
                    heard.computeIfAbsent(id, _ -> new ConcurrentHashMap<>()).put(node, seen);
                    loop.wake(id);
                }
            }
            case FleetEvent.Connected connected -> {
                if (connected.role() == Role.ROLE_NODE_AGENT) {
                    Thread.startVirtualThread(this::wakeAll);
                }
            }
            case FleetEvent.Joined _,
                    FleetEvent.Disconnected _,
                    FleetEvent.Heartbeat _,
                    FleetEvent.InstanceObserved _,
                    FleetEvent.VpcObserved _,
                    FleetEvent.VolumeObserved _,
                    FleetEvent.ReplicaObserved _,
                    FleetEvent.SnapshotObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        loop.close();
    }

    private static boolean inUse(ReadTransaction tx, ImageId id) {
        return Rows.exist(tx, InstanceTables.INSTANCES, InstanceTables.INSTANCES_BY_IMAGE, id);
    }

    private void wakeAll() {
        store.view(tx -> tx.scan(ImageTables.IMAGES, KeyRange.all(), ALL))
                .forEach(entry -> loop.wake(entry.key().id()));
    }

    private @Nullable Duration reconcile(ImageId id) {
        var state = store.view(tx -> new Found(Images.find(tx, id), inUse(tx, id), tx.revision()));
        if (state.image().isEmpty()) {
            forget(id);
            return null;
        }
        var image = state.image().get();
        return switch (image.state()) {
            case PENDING -> {
                tell(image, state.revision());
                record(image);
                yield null;
            }
            case AVAILABLE -> {
                tell(image, state.revision());
                yield null;
            }
            case FAILED -> {
                forget(id);
                yield null;
            }
            case DEREGISTERED -> {
                if (state.inUse()) {
                    tell(image, state.revision());
                    yield AGAIN;
                }
                drop(image);
                yield null;
            }
        };
    }

    /** An image, and whether instances are made from it. */
    private record Found(Optional<Image> image, boolean inUse, long revision) {}

    /** Nobody can make instances from it any more, and none is left. */
    private void drop(Image image) {
        store.update(tx -> {
            if (!inUse(tx, image.id())) {
                tx.delete(ImageTables.IMAGES, image.key());
            }
        });
    }

    private void record(Image image) {
        var words = heard.getOrDefault(image.id(), Map.of());
        var best =
                words.values().stream()
                        .filter(word -> word.getPhase() != ImageObservation.Phase.PHASE_FAILED)
                        .max((a, b) -> Integer.compare(rank(a), rank(b)));
        if (best.isPresent()) {
            observed(image.id(), best.get());
        } else if (!words.isEmpty()
                && words.keySet().containsAll(told.getOrDefault(image.id(), Set.of()))) {
            observed(image.id(), words.values().iterator().next());
        }
    }

    private void observed(ImageId id, ImageObservation seen) {
        var phase =
                switch (seen.getPhase()) {
                    case PHASE_READY -> ImageObserved.Phase.READY;
                    case PHASE_FAILED -> ImageObserved.Phase.FAILED;
                    case PHASE_IMPORTING, PHASE_ABSENT, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                            ImageObserved.Phase.IMPORTING;
                };
        var word =
                new ImageObserved(
                        id,
                        phase,
                        seen.getProgressPercent(),
                        seen.getReason(),
                        seen.getVirtualSizeBytes(),
                        bootMode(seen.getBootMode()),
                        seen.getDescription());
        store.update(tx -> Images.observed(tx, word));
    }

    /** A kernel that is started directly has none. */
    private static @Nullable BootMode bootMode(String text) {
        return text.equals("bios") ? BootMode.LEGACY_BIOS : BootMode.of(text).orElse(null);
    }

    private static int rank(ImageObservation seen) {
        return seen.getPhase() == ImageObservation.Phase.PHASE_READY
                ? Integer.MAX_VALUE
                : seen.getProgressPercent();
    }

    private void tell(Image image, long revision) {
        fleet.connected()
                .forEach((node, host) -> {
                    if (host.role() == Role.ROLE_NODE_AGENT) {
                        tell(node, image, revision);
                    }
                });
    }

    private void tell(NodeId node, Image image, long revision) {
        if (!told.computeIfAbsent(image.id(), _ -> new HashSet<>()).add(node)) {
            return;
        }
        fleet.desire(
                node, Desired.newBuilder().setGeneration(revision).setImage(spec(image)).build());
    }

    private void forget(ImageId id) {
        heard.remove(id);
        var nodes = told.remove(id);
        if (nodes != null) {
            nodes.forEach(node -> fleet.release(node, id.value()));
        }
    }

    private static String agentWord(BootMode bootMode) {
        return bootMode == BootMode.LEGACY_BIOS ? "bios" : bootMode.toString();
    }

    private static ImageSpec spec(Image image) {
        var format = image.source().format();
        var bootMode = image.bootMode();
        return ImageSpec.newBuilder()
                .setImageId(image.id().value())
                .setSource(image.source().url())
                .setFormat(format == null ? "" : format.toString())
                .setSha256(image.source().sha256())
                .setBootMode(bootMode == null ? "" : agentWord(bootMode))
                .build();
    }
}
