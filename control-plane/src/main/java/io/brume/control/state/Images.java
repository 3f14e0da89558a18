package io.brume.control.state;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.image.ImportTask;
import io.brume.control.domain.image.ImportTaskState;
import io.brume.control.store.KeyRange;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Transaction;
import io.brume.control.store.codec.ImageTables;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Images as launches and hosts look at them. */
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

    /**
     * The images that hosts must hold: those that are registered and have not failed, and those
     * that are not registered any more but that an instance was made from.
     */
    public static List<Image> desired(ReadTransaction tx, Predicate<ImageId> inUse) {
        return tx.stream(ImageTables.IMAGES, KeyRange.all())
                .map(row -> row.value())
                .filter(image -> isDesired(image, inUse))
                .toList();
    }

    private static boolean isDesired(Image image, Predicate<ImageId> inUse) {
        return switch (image.state()) {
            case PENDING, AVAILABLE -> true;
            case FAILED -> false;
            case DEREGISTERED -> inUse.test(image.id());
        };
    }

    /** Drops what is left of images that are neither registered nor used. */
    public static void forgetUnused(Transaction tx, Predicate<ImageId> inUse) {
        List<Image> gone =
                tx.stream(ImageTables.IMAGES, KeyRange.all())
                        .map(row -> row.value())
                        .filter(image -> !image.isRegistered() && !inUse.test(image.id()))
                        .toList();
        gone.forEach(image -> tx.delete(ImageTables.IMAGES, image.key()));
    }

    /**
     * Takes in what a host says. One host that has the image makes it available, whatever others
     * say; observations of images that do not exist are ignored.
     */
    public static void observed(Transaction tx, ImageObserved seen) {
        Image image = find(tx, seen.id()).orElse(null);
        if (image == null || !image.isRegistered() || image.state() == ImageState.AVAILABLE) {
            return;
        }
        switch (seen.phase()) {
            case IMPORTING -> progress(tx, image, seen.progressPercent());
            case READY -> {
                Image ready =
                        image.available(
                                seen.virtualSizeBytes(), seen.bootMode(), seen.description());
                tx.put(ImageTables.IMAGES, ready.key(), ready);
                finish(tx, image, ImportTaskState.COMPLETED, "");
            }
            case FAILED -> {
                if (image.state() != ImageState.FAILED) {
                    Image failed =
                            image.failed(
                                    new StateReason(
                                            "Client.InvalidImage",
                                            "Client.InvalidImage: " + seen.reason()));
                    tx.put(ImageTables.IMAGES, failed.key(), failed);
                    finish(tx, image, ImportTaskState.DELETED, "ClientError: " + seen.reason());
                }
            }
        }
    }

    /** Hides an image from users; its disk stays for the instances that were made from it. */
    public static void deregister(Transaction tx, Image image) {
        Image gone = image.deregistered();
        tx.put(ImageTables.IMAGES, gone.key(), gone);
        Tags.clear(tx, image.account(), image.id());
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

    private static void progress(Transaction tx, Image image, int percent) {
        int bounded = Math.clamp(percent, 0, 99);
        importOf(tx, image)
                .filter(task -> task.state() == ImportTaskState.ACTIVE)
                .filter(task -> task.progressPercent() < bounded)
                .map(task -> task.in(ImportTaskState.ACTIVE, bounded, "converting"))
                .ifPresent(task -> tx.put(ImageTables.IMPORT_TASKS, task.key(), task));
    }

    private static void finish(Transaction tx, Image image, ImportTaskState state, String message) {
        importOf(tx, image)
                .filter(task -> task.state() != ImportTaskState.COMPLETED)
                .map(task -> task.in(state, state == ImportTaskState.COMPLETED ? 100 : 0, message))
                .ifPresent(task -> tx.put(ImageTables.IMPORT_TASKS, task.key(), task));
    }
}
