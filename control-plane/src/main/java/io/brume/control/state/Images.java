package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskState;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.store.codec.ImageTables;
import io.brume.control.store.codec.InstanceTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.store.ReadTransaction;
import io.brume.store.Transaction;
import java.util.Optional;

/** Images as launches and hosts look at them, and what becomes of them. */
public final class Images {
    private Images() {}

    /** An image by its id alone, registered or not. */
    public static Optional<Image> find(ReadTransaction tx, ImageId id) {
        return tx.lookup(ImageTables.IMAGES, ImageTables.IMAGES_BY_ID, id, 1).stream()
                .map(row -> row.value())
                .findFirst();
    }

    /**
     * An image that an account may see.
     *
     * @throws Fault {@code InvalidAMIID.NotFound}
     */
    public static Image require(ReadTransaction tx, AccountId caller, ImageId id) {
        return find(tx, id)
                .filter(image -> image.isRegistered() && image.isLaunchableBy(caller))
                .orElseThrow(id::notFound);
    }

    /**
     * An image that an account may make instances from, now.
     *
     * @throws Fault {@code InvalidAMIID.NotFound}, {@code InvalidAMIID.Unavailable}
     */
    public static Image requireAvailable(ReadTransaction tx, AccountId caller, ImageId id) {
        Image image = require(tx, caller, id);
        if (image.state() != ImageState.AVAILABLE) {
            throw Fault.conflict(
                    "InvalidAMIID.Unavailable", "The image ID '%s' is not available".formatted(id));
        }
        return image;
    }

    /** Whether something is started with the kernel of an image, beside its own instances. */
    public static boolean isKernelInUse(ReadTransaction tx, ImageId id) {
        return Rows.exist(tx, InstanceTables.INSTANCES, InstanceTables.INSTANCES_BY_BOOT_IMAGE, id)
                || Rows.exist(tx, ImageTables.IMAGES, ImageTables.IMAGES_BY_BOOT_IMAGE, id);
    }

    /** Whether a registered image is made of a snapshot. */
    public static boolean isMadeOf(ReadTransaction tx, SnapshotId id) {
        return Rows.exist(tx, ImageTables.IMAGES, ImageTables.IMAGES_BY_SNAPSHOT, id);
    }

    /** The hidden volume that an image is imported into. */
    public static Optional<Volume> importVolume(ReadTransaction tx, Image image) {
        return Rows.of(tx, VolumeTables.VOLUMES, VolumeTables.VOLUMES_BY_IMAGE, image.id()).stream()
                .filter(Volume::hidden)
                .filter(volume -> volume.state() != VolumeState.DELETING)
                .findFirst();
    }

    /** How far an image is on its way to being available, as its import's caller follows it. */
    public static void progress(Transaction tx, Image image, int percent, String message) {
        int bounded = Math.clamp(percent, 0, 99);
        importOf(tx, image)
                .filter(task -> task.state() == ImportTaskState.ACTIVE)
                .filter(task -> task.progressPercent() < bounded)
                .map(task -> task.in(ImportTaskState.ACTIVE, bounded, message))
                .ifPresent(task -> tx.put(ImageTables.IMPORT_TASKS, task.key(), task));
    }

    /** All that an image is made of is there: instances can be made from it. */
    public static void available(Transaction tx, Image image) {
        importVolume(tx, image).ifPresent(volume -> Volumes.put(tx, volume.deleted()));
        Image available = image.available();
        tx.put(ImageTables.IMAGES, available.key(), available);
        finish(tx, image, ImportTaskState.COMPLETED, "");
    }

    /** An image cannot be made; nothing of it is left but the reason. */
    public static void failed(Transaction tx, Image image, String reason) {
        dropImport(tx, image);
        Image failed =
                image.failed(
                        new StateReason("Client.InvalidImage", "Client.InvalidImage: " + reason));
        tx.put(ImageTables.IMAGES, failed.key(), failed);
        finish(tx, image, ImportTaskState.DELETED, "ClientError: " + reason);
    }

    /** Hides an image from users; its kernel stays for the instances that are started with it. */
    public static void deregister(Transaction tx, Image image) {
        dropImport(tx, image);
        Image gone = image.deregistered();
        tx.put(ImageTables.IMAGES, gone.key(), gone);
        Tags.clear(tx, image.account(), image.id());
    }

    /** What an import that is under way has made. */
    private static void dropImport(Transaction tx, Image image) {
        importVolume(tx, image).ifPresent(volume -> Volumes.put(tx, volume.deleted()));
        if (image.state() != ImageState.PENDING) {
            return;
        }
        for (var id : image.snapshots()) {
            if (Snapshots.find(tx, id).isEmpty()) {
                // They may have been given before it was made, and it will not be.
                Tags.clear(tx, image.account(), id);
            }
        }
        if (image.source().isEmpty()) {
            return;
        }
        image.rootSnapshot()
                .flatMap(id -> Snapshots.find(tx, id))
                .filter(Snapshot::isListed)
                .ifPresent(snapshot -> Snapshots.delete(tx, snapshot));
    }

    /** Ends the import that was making an image, if it has not ended. */
    public static void cancelImport(Transaction tx, Image image) {
        importOf(tx, image)
                .filter(task -> task.state() == ImportTaskState.ACTIVE)
                .map(task -> task.in(ImportTaskState.DELETED, task.progressPercent(), "cancelled"))
                .ifPresent(task -> tx.put(ImageTables.IMPORT_TASKS, task.key(), task));
    }

    /** The import that makes an image. */
    public static Optional<ImportTask> importOf(ReadTransaction tx, Image image) {
        return tx
                .lookup(ImageTables.IMPORT_TASKS, ImageTables.TASKS_BY_IMAGE, image.key(), 1)
                .stream()
                .map(row -> row.value())
                .findFirst();
    }

    private static void finish(Transaction tx, Image image, ImportTaskState state, String message) {
        importOf(tx, image)
                .filter(task -> task.state() != ImportTaskState.COMPLETED)
                .map(task -> task.in(state, state == ImportTaskState.COMPLETED ? 100 : 0, message))
                .ifPresent(task -> tx.put(ImageTables.IMPORT_TASKS, task.key(), task));
    }
}
