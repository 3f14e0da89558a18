package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.scheduler.ReplicaDemand;
import io.brume.control.scheduler.StorageCapacity;
import io.brume.control.state.ImageObserved;
import io.brume.control.state.Images;
import io.brume.control.state.Snapshots;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.ImageTables;
import io.brume.store.Store;
import io.brume.store.Transaction;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of an import, each one transaction that does nothing when it has been done: the hidden
 * volume is made, cut, and deleted.
 */
final class ImageImports {
    private static final int LONGEST_DESCRIPTION = 255;

    private final StorageCapacity capacity;
    private final int copies;
    private final Ids ids;
    private final Time time;

    ImageImports(StorageCapacity capacity, int copies, Ids ids, Time time) {
        this.capacity = requireNonNull(capacity);
        this.copies = copies;
        this.ids = requireNonNull(ids);
        this.time = requireNonNull(time);
    }

    /** Whether there is a storage node for a volume of a zone. */
    boolean hasRoom(String zone) {
        return capacity.nodes().stream()
                .anyMatch(node -> node.available() && node.zone().equals(zone));
    }

    /**
     * A hidden volume as large as the image, whose writer is the host that has read it.
     *
     * @return whether there was room for it
     */
    boolean begin(Store store, Image image, ImageObserved word, NodeId host, String zone) {
        var seen =
                image.read(
                        word.virtualSizeBytes(),
                        word.bootMode(),
                        word.direct(),
                        word.description());
        var id = VolumeId.create(ids);
        var configuration = VolumeType.GP3.configure(seen.importedSizeGib(), null, null);
        var nodes =
                capacity.hold(
                        id,
                        new ReplicaDemand(
                                zone, copies, configuration.sizeBytes(), Set.of(), Set.of()));
        if (nodes.isEmpty()) {
            capacity.release(id);
            return false;
        }
        var now = time.now().truncatedTo(ChronoUnit.MILLIS);
        boolean made =
                store.transact(tx -> {
                    var fresh = tx.get(ImageTables.IMAGES, image.key());
                    if (fresh == null
                            || fresh.state() != ImageState.PENDING
                            || fresh.rootSnapshot().isPresent()
                            || Images.importVolume(tx, fresh).isPresent()) {
                        return false;
                    }
                    var read =
                            fresh.read(
                                    word.virtualSizeBytes(),
                                    word.bootMode(),
                                    word.direct(),
                                    word.description());
                    tx.put(ImageTables.IMAGES, read.key(), read);
                    Volumes.put(
                            tx,
                            new Volume(
                                    id,
                                    image.account(),
                                    now,
                                    zone,
                                    Optional.empty(),
                                    configuration,
                                    false,
                                    VolumeState.CREATING,
                                    Optional.empty(),
                                    Placement.begun(nodes, Optional.of(host), tx.revision(), now),
                                    Optional.empty(),
                                    "",
                                    Optional.empty(),
                                    Optional.of(
                                            new Filling(new Filling.OfImage(image.id()), false)),
                                    true));
                    return true;
                });
        if (!made) {
            capacity.release(id);
        }
        return true;
    }

    /** A snapshot of the filled volume is the image's root. */
    void cut(Transaction tx, Image image, Volume volume) {
        var id = SnapshotId.create(ids);
        var name =
                Images.importOf(tx, image)
                        .map(task -> task.id().value())
                        .orElse(image.id().value());
        var description = "Created by Brume's import for " + name;
        Snapshots.put(
                tx,
                new Snapshot(
                        id,
                        image.account(),
                        volume.id(),
                        volume.configuration().sizeGib(),
                        description.substring(
                                0, Math.min(description.length(), LONGEST_DESCRIPTION)),
                        time.now().truncatedTo(ChronoUnit.MILLIS),
                        SnapshotState.PENDING,
                        0,
                        false,
                        List.of(),
                        0,
                        Optional.empty(),
                        VolumePermissions.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        false));
        var cut = image.withRootSnapshot(id);
        tx.put(ImageTables.IMAGES, cut.key(), cut);
    }
}
