package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.ResourceId;
import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.fleet.BlockSightings;
import io.brume.control.fleet.Fleet;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.state.ImageObserved;
import io.brume.control.state.Images;
import io.brume.control.state.InstanceImages;
import io.brume.control.state.Rows;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.FillProgress;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.Role;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.store.Entry;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an image becomes available, and that hosts hold what they need of it: the disk
 * while it is read into a volume, the kernel while instances may be started with it. The dull half:
 * {@link ImagePlanner} decides.
 */
final class ImageReconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageReconciler.class);
    private static final int ALL = Integer.MAX_VALUE;

    /** How soon to look again at an image that is being made. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** How soon to look whether the kernel of a deregistered image is still used. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** How long a host that fills a volume is waited for when another one could. */
    private static final Duration FILLER_PATIENCE = Duration.ofSeconds(30);

    private final Store store;
    private final Fleet fleet;
    private final BlockSightings sightings;
    private final ImageImports imports;
    private final KeyedLoop<ImageId> loop;
    private final Map<ImageId, Map<NodeId, ImageObserved>> heard = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();

    private final HostImages hosts;

    ImageReconciler(
            Store store,
            Fleet fleet,
            BlockSightings sightings,
            ImageImports imports,
            ImageLinks links,
            Time time) {
        this.store = requireNonNull(store);
        this.fleet = requireNonNull(fleet);
        this.sightings = requireNonNull(sightings);
        this.imports = requireNonNull(imports);
        this.hosts = new HostImages(fleet, links);
        this.loop = new KeyedLoop<>("images", time, this::reconcile);
    }

    /**
     * Publishes every image to the hosts that joined before, before it returns; then keeps up. What
     * is being imported is told to all: who has it keeps it until it is known who needs it.
     */
    void start(Set<NodeId> joined) {
        long revision =
                store.view(tx -> {
                    tx.stream(ImageTables.IMAGES, KeyRange.all())
                            .map(Entry::value)
                            .filter(image -> image.isImported() || isKernelWanted(tx, image))
                            .forEach(image -> hosts.need(image, joined, tx.revision()));
                    return tx.revision();
                });
        watches.add(store.watch(ImageTables.IMAGES, revision, this::changed));
        watches.add(store.watch(VolumeTables.VOLUMES, revision, this::volumesChanged));
        watches.add(store.watch(SnapshotTables.SNAPSHOTS, revision, this::snapshotsChanged));
        wakeAll();
        loop.start();
    }

    /** Hears of a host. Returns at once. */
    void on(FleetEvent event) {
        switch (event) {
            case FleetEvent.ImageObserved(NodeId node, ImageObservation seen) -> {
                if (ResourceId.wellFormed(ImageId.PREFIX, seen.getImageId())) {
                    var id = new ImageId(seen.getImageId());
                    heard.computeIfAbsent(id, _ -> new ConcurrentHashMap<>())
                            .put(node, word(id, seen));
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
                    FleetEvent.ObjectStoreObserved _,
                    FleetEvent.ObservationsComplete _ -> {}
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        loop.close();
    }

    private void wakeAll() {
        store.view(tx -> tx.scan(ImageTables.IMAGES, KeyRange.all(), ALL))
                .forEach(entry -> loop.wake(entry.key().id()));
    }

    private void changed(WatchEvent<Owned<ImageId>, Image> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<ImageId>, Image> changed ->
                    changed.changes().forEach(change -> loop.wake(change.key().id()));
            case WatchEvent.Resync<Owned<ImageId>, Image> _ -> wakeAll();
        }
    }

    private void volumesChanged(WatchEvent<Owned<VolumeId>, Volume> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<VolumeId>, Volume> changed ->
                    changed.changes()
                            .forEach(change -> {
                                var volume = change.value();
                                if (volume != null) {
                                    volume.importedImage().ifPresent(loop::wake);
                                }
                            });
            case WatchEvent.Resync<Owned<VolumeId>, Volume> _ -> wakeAll();
        }
    }

    private void snapshotsChanged(WatchEvent<Owned<SnapshotId>, Snapshot> event) {
        switch (event) {
            case WatchEvent.Changed<Owned<SnapshotId>, Snapshot> changed ->
                    changed.changes()
                            .forEach(change -> made(change.key().id()).forEach(loop::wake));
            case WatchEvent.Resync<Owned<SnapshotId>, Snapshot> _ -> wakeAll();
        }
    }

    private List<ImageId> made(SnapshotId snapshot) {
        return store.view(tx ->
                Rows.of(tx, ImageTables.IMAGES, ImageTables.IMAGES_BY_SNAPSHOT, snapshot).stream()
                        .filter(image -> image.state() == ImageState.PENDING)
                        .map(Image::id)
                        .toList());
    }

    /** Whether instances may be started with a kernel that comes with it. */
    private static boolean isKernelWanted(ReadTransaction tx, Image image) {
        boolean own = image.bootImage().equals(Optional.of(image.id()));
        return switch (image.state()) {
            case PENDING, AVAILABLE -> own && image.rootSnapshot().isPresent();
            case DEREGISTERED -> own && Images.isKernelInUse(tx, image.id());
            case FAILED -> false;
        };
    }

    private @Nullable Duration reconcile(ImageId id) {
        var found = store.view(tx -> Images.find(tx, id)).orElse(null);
        if (found == null) {
            forget(id);
            return null;
        }
        return switch (found.state()) {
            case PENDING -> pending(found);
            case AVAILABLE -> {
                if (found.source().isPresent() && found.rootSnapshot().isEmpty()) {
                    // It was imported when hosts kept the disks of images.
                    change(
                            found,
                            (tx, image) ->
                                    tx.put(ImageTables.IMAGES, image.key(), image.pending()));
                    yield SOON;
                }
                keep(found);
                yield null;
            }
            case FAILED -> {
                forget(id);
                yield null;
            }
            case DEREGISTERED -> {
                if (keep(found)) {
                    yield AGAIN;
                }
                change(found, this::forgetUnused);
                yield null;
            }
        };
    }

    /** Every host keeps the kernel while it is wanted; whether it is. */
    private boolean keep(Image image) {
        boolean wanted =
                store.view(tx -> {
                    boolean kernel = isKernelWanted(tx, image);
                    if (kernel) {
                        hosts.need(image, agents(), tx.revision());
                    }
                    return kernel;
                });
        if (!wanted) {
            forget(image.id());
        }
        return wanted;
    }

    private void forgetUnused(Transaction tx, Image image) {
        if (!image.isRegistered() && !isKernelWanted(tx, image)) {
            tx.delete(ImageTables.IMAGES, image.key());
        }
    }

    private @Nullable Duration pending(Image image) {
        var seen = store.view(tx -> seen(tx, image));
        if (image.isImported()) {
            var needing = new LinkedHashSet<>(seen.readers());
            seen.volume().flatMap(volume -> volume.placement().writer()).ifPresent(needing::add);
            hosts.need(image, needing, store.revision());
        } else {
            keep(image);
        }
        switch (ImagePlanner.next(image, seen)) {
            case ImagePlanner.Step.Await(int percent) -> progress(image, percent, "converting");
            case ImagePlanner.Step.Fill(ImageObserved word, NodeId host) -> {
                var zone = zone(host);
                if (zone != null && !imports.begin(store, image, word, host, zone)) {
                    progress(image, 0, "waiting for a storage node with room");
                }
            }
            case ImagePlanner.Step.FillElsewhere(Volume volume) ->
                    store.update(tx ->
                            Images.importVolume(tx, image)
                                    .filter(one -> one.id().equals(volume.id()))
                                    .ifPresent(one -> Volumes.put(tx, one.deleted())));
            case ImagePlanner.Step.Cut(Volume volume) ->
                    change(image, (tx, fresh) -> imports.cut(tx, fresh, volume));
            case ImagePlanner.Step.Finish() -> {
                change(image, Images::available);
                log.info("{} is available", image.id());
            }
            case ImagePlanner.Step.Fail(String reason) -> {
                change(image, (tx, fresh) -> Images.failed(tx, fresh, reason));
                log.info("{} has failed: {}", image.id(), reason);
            }
        }
        return SOON;
    }

    private ImagePlanner.Seen seen(ReadTransaction tx, Image image) {
        var words = Map.copyOf(heard.getOrDefault(image.id(), Map.of()));
        var volume = Images.importVolume(tx, image);
        var snapshots = new HashMap<SnapshotId, SnapshotState>();
        image.snapshots()
                .forEach(id ->
                        Snapshots.find(tx, id)
                                .ifPresent(snapshot -> snapshots.put(id, snapshot.state())));
        return new ImagePlanner.Seen(
                ImagePlanner.readers(candidates(), words),
                words,
                volume,
                volume.map(this::fill).orElse(new ImagePlanner.FillWord(0, "", false)),
                InstanceImages.isAwaited(tx, image),
                snapshots);
    }

    private ImagePlanner.FillWord fill(Volume volume) {
        var placement = volume.placement();
        var word =
                placement
                        .writer()
                        .flatMap(writer -> sightings.volume(volume.id().value(), writer))
                        .filter(one -> one.getEpoch() == placement.epoch())
                        .map(VolumeObservation::getFill)
                        .orElse(FillProgress.getDefaultInstance());
        boolean away =
                placement
                        .writer()
                        .flatMap(sightings::away)
                        .filter(time -> time.compareTo(FILLER_PATIENCE) > 0)
                        .isPresent();
        return new ImagePlanner.FillWord(word.getPercent(), word.getFailure(), away);
    }

    /** The hosts that are here, first those whose zone has storage nodes; always in one order. */
    private List<NodeId> candidates() {
        return fleet.connected().values().stream()
                .filter(host -> host.role() == Role.ROLE_NODE_AGENT)
                .sorted(
                        Comparator.<FleetEvent.Connected, Boolean>comparing(
                                        host -> !imports.hasRoom(host.facts().getZone()))
                                .thenComparing(FleetEvent.Connected::node))
                .map(FleetEvent.Connected::node)
                .toList();
    }

    private @Nullable String zone(NodeId host) {
        var connected = fleet.connected().get(host);
        return connected == null ? null : connected.facts().getZone();
    }

    private Set<NodeId> agents() {
        return fleet.connected().values().stream()
                .filter(host -> host.role() == Role.ROLE_NODE_AGENT)
                .map(FleetEvent.Connected::node)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Changes an image if it still is as it was when that was decided. */
    private void change(Image seen, BiConsumer<Transaction, Image> change) {
        store.update(tx -> {
            var fresh = tx.get(ImageTables.IMAGES, seen.key());
            if (seen.equals(fresh)) {
                change.accept(tx, seen);
            }
        });
    }

    private void progress(Image image, int percent, String message) {
        boolean further =
                store.view(tx ->
                        Images.importOf(tx, image)
                                .filter(task ->
                                        task.progressPercent() < percent
                                                || !task.statusMessage().equals(message))
                                .isPresent());
        if (further) {
            change(image, (tx, fresh) -> Images.progress(tx, fresh, percent, message));
        }
    }

    private static ImageObserved word(ImageId id, ImageObservation seen) {
        return new ImageObserved(
                id,
                switch (seen.getPhase()) {
                    case PHASE_READY -> ImageObserved.Phase.READY;
                    case PHASE_FAILED -> ImageObserved.Phase.FAILED;
                    case PHASE_IMPORTING, PHASE_ABSENT, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                            ImageObserved.Phase.IMPORTING;
                },
                seen.getProgressPercent(),
                seen.getReason(),
                seen.getVirtualSizeBytes(),
                bootMode(seen.getBootMode()),
                seen.getBootMode().equals("direct"),
                seen.getDescription());
    }

    private static @Nullable BootMode bootMode(String text) {
        return text.equals("bios") ? BootMode.LEGACY_BIOS : BootMode.of(text).orElse(null);
    }

    private void forget(ImageId id) {
        heard.remove(id);
        hosts.release(id);
    }
}
