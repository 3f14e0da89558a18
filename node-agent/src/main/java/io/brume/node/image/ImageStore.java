package io.brume.node.image;

import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The images of this host and the disks made from them. Calls block (conversion takes seconds to
 * minutes) and are made from virtual threads; calls for one image or disk come from one thread at a
 * time. Idempotent.
 */
public interface ImageStore {
    /**
     * The images that are ready here, by image id; also those that were deleted but that a disk
     * still needs, so that its instance can start again.
     */
    Map<String, StoredImage> images();

    /**
     * Fetches, checks, converts and keeps an image.
     *
     * @param progress told the percentage done, from time to time
     * @throws IOException with a reason for people; nothing is left behind then
     */
    StoredImage importImage(ImageSource source, Consumer<Integer> progress) throws IOException;

    /**
     * Drops an image. Disks made from it keep working: its file goes when the last of them does.
     */
    void delete(String imageId) throws IOException;

    /**
     * Makes the disk if it is not there: a copy-on-write overlay of the image for a root disk,
     * blank otherwise.
     */
    Path createDisk(DiskRequest request) throws IOException;

    /** Deletes a disk. */
    void deleteDisk(String instanceId, String volumeId) throws IOException;

    /**
     * Where an image comes from.
     *
     * @param imageId for example {@code ami-0123456789abcdef0}
     * @param source a {@code file:}, {@code http:} or {@code https:} address
     * @param format raw, qcow2, vmdk, vhd, ova, bundle, or empty: found out by looking
     * @param sha256 lower-case hexadecimal; empty = not checked
     * @param bootMode bios, uefi or empty: found out by looking
     */
    record ImageSource(
            String imageId, String source, String format, String sha256, String bootMode) {}

    /**
     * An image that is ready on this host.
     *
     * @param bootMode bios, uefi, uefi-preferred or direct
     */
    record StoredImage(
            String imageId,
            long virtualSizeBytes,
            long storedSizeBytes,
            String bootMode,
            String format,
            String description,
            GuestSpec.Boot boot) {}

    /**
     * A disk to make.
     *
     * @param imageId empty for a blank disk
     * @param sizeBytes at least the image's
     */
    record DiskRequest(String instanceId, String volumeId, String imageId, long sizeBytes) {}
}
