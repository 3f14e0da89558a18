package io.brume.control.state;

import io.brume.control.domain.Owned;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageBlockDevice;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.snapshot.VolumePermissions;
import io.brume.control.domain.volume.Volume;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The image that is made of an instance: its snapshots have their ids, and perhaps tags, from the
 * beginning; they are made when the moment is there to cut the volumes.
 */
public final class InstanceImages {
    private InstanceImages() {}

    /**
     * Cuts what is not cut yet of the volumes that an instance's image is made of. Their guest is
     * down, or their owner does not mind.
     */
    public static void cut(Transaction tx, Instance instance, Instant now) {
        pending(tx, instance).ifPresent(image -> cut(tx, image, instance, now));
    }

    /** As {@link #cut(Transaction, Instance, Instant)}, of an image that is not stored yet. */
    public static void cut(Transaction tx, Image image, Instance instance, Instant now) {
        var devices = uncut(tx, image);
        // Nothing says that the guest stays down until all are cut, or that it is down at all.
        var group =
                devices.size() > 1 ? devices.getFirst().snapshot() : Optional.<SnapshotId>empty();
        for (var device : devices) {
            var volume = volume(tx, instance, device).orElse(null);
            if (volume == null) {
                Images.failed(
                        tx, image, "the volume at %s was detached".formatted(device.deviceName()));
                return;
            }
            var snapshot = snapshot(image, instance, volume, device.snapshot().orElseThrow(), now);
            Snapshots.put(tx, group.map(snapshot::inGroup).orElse(snapshot));
        }
    }

    private static List<ImageBlockDevice> uncut(ReadTransaction tx, Image image) {
        return image.blockDevices().stream()
                .filter(device ->
                        device.snapshot()
                                .filter(id -> Snapshots.find(tx, id).isEmpty())
                                .isPresent())
                .toList();
    }

    /** Whether a volume that the image of an instance is made of is still to be cut. */
    public static boolean isUncut(ReadTransaction tx, Instance instance) {
        return pending(tx, instance).filter(image -> !uncut(tx, image).isEmpty()).isPresent();
    }

    /** The volume that a device of the image is of. */
    private static Optional<Volume> volume(
            ReadTransaction tx, Instance instance, ImageBlockDevice device) {
        return Volumes.of(tx, instance.key()).stream()
                .filter(volume ->
                        volume.attachment().orElseThrow().device().equals(device.deviceName()))
                .findFirst();
    }

    private static Snapshot snapshot(
            Image image, Instance instance, Volume volume, SnapshotId id, Instant now) {
        return new Snapshot(
                id,
                instance.account(),
                volume.id(),
                volume.configuration().sizeGib(),
                "Created by CreateImage(%s) for %s".formatted(instance.id(), image.id()),
                now.truncatedTo(ChronoUnit.MILLIS),
                SnapshotState.PENDING,
                0,
                false,
                List.of(),
                0,
                Optional.empty(),
                VolumePermissions.NONE,
                volume.encryption(),
                Optional.empty(),
                false);
    }

    /** Whether the guest need not be down any more: all is cut, or the image will not be. */
    public static boolean isDone(ReadTransaction tx, Instance instance) {
        var image = pending(tx, instance).orElse(null);
        return image == null
                || image.snapshots().stream()
                        .allMatch(id ->
                                Snapshots.find(tx, id)
                                        .filter(one ->
                                                one.cut() || one.state() != SnapshotState.PENDING)
                                        .isPresent());
    }

    /** Whether the guest of an instance is still to go down for an image. */
    public static boolean isAwaited(ReadTransaction tx, Image image) {
        return image.sourceInstance()
                .map(id -> tx.get(InstanceTables.INSTANCES, new Owned<>(image.account(), id)))
                .filter(instance -> instance.imaging().equals(Optional.of(image.id())))
                .filter(instance ->
                        switch (instance.state()) {
                            case PENDING, RUNNING, STOPPING, STOPPED -> true;
                            case SHUTTING_DOWN, TERMINATED -> false;
                        })
                .isPresent();
    }

    private static Optional<Image> pending(ReadTransaction tx, Instance instance) {
        return instance.imaging()
                .flatMap(id -> Images.find(tx, id))
                .filter(image -> image.state() == ImageState.PENDING);
    }
}
