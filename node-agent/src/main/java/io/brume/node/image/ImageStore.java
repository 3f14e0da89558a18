package io.brume.node.image;

import static java.util.Objects.requireNonNull;

import io.brume.node.instance.GuestSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The images of this host: what guests start from, and, while volumes are to be filled from it, the
 * contents of the disk. Calls block (conversion takes seconds to minutes) and are made from virtual
 * threads; calls for one image come from one thread at a time. Idempotent.
 */
public interface ImageStore {
    /** The images that are ready here, by image id. */
    Map<String, StoredImage> images();

    /**
     * Fetches, checks and keeps an image, and converts its disk when that is wanted.
     *
     * @param progress told the percentage done, from time to time
     * @throws IOException with a reason for people; nothing is left behind then but what was there
     *     before
     */
    StoredImage importImage(ImageSource source, Consumer<Integer> progress) throws IOException;

    /** Deletes the contents of an image's disk; what guests start from stays. */
    void dropDisk(String imageId) throws IOException;

    /** Drops an image. */
    void delete(String imageId) throws IOException;

    /**
     * Where an image comes from.
     *
     * @param imageId for example {@code ami-0123456789abcdef0}
     * @param source a {@code file:}, {@code http:}, {@code https:} or {@code s3:} address
     * @param format raw, qcow2, vmdk, vhd, ova, bundle, or empty: found out by looking
     * @param sha256 lower-case hexadecimal; empty = not checked
     * @param bootMode bios, uefi or empty: found out by looking
     * @param withDisk whether the contents of the disk are wanted, too
     * @param links where the cloud serves what is at an {@code s3:} address; secret
     */
    record ImageSource(
            String imageId,
            String source,
            String format,
            String sha256,
            String bootMode,
            boolean withDisk,
            List<String> links) {
        public ImageSource {
            links = List.copyOf(links);
        }

        /** Of an image that is in no bucket. */
        public ImageSource(
                String imageId,
                String source,
                String format,
                String sha256,
                String bootMode,
                boolean withDisk) {
            this(imageId, source, format, sha256, bootMode, withDisk, List.of());
        }
    }

    /**
     * An image that is ready on this host.
     *
     * @param virtualSizeBytes of the disk as a guest sees it; 0 when the disk was never wanted here
     * @param bootMode bios, uefi, uefi-preferred or direct; empty when the disk was never wanted
     *     here and no bundle told
     * @param disk the contents of the disk, a qcow2 file that stands alone, while they are here
     * @param kernel what is started directly, when the image brings a kernel
     */
    record StoredImage(
            String imageId,
            long virtualSizeBytes,
            long storedSizeBytes,
            String bootMode,
            String format,
            String description,
            Optional<Path> disk,
            Optional<GuestSpec.Boot.Direct> kernel) {
        public StoredImage {
            requireNonNull(imageId);
            requireNonNull(disk);
            requireNonNull(kernel);
        }
    }
}
