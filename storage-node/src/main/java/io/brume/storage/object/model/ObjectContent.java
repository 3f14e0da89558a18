package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The bytes of a version, and what is known of them.
 *
 * @param size in bytes
 * @param etag without quotes
 * @param parts in order; empty when it was not uploaded in parts
 * @param blobs the bytes as their class keeps them, in order; empty when there are none
 * @param restored those of the copy that can be read for a while, when the class is an archive's
 */
public record ObjectContent(
        long size,
        String etag,
        StorageClass storageClass,
        Optional<ObjectChecksum> checksum,
        List<PartSummary> parts,
        List<Blob> blobs,
        List<Blob> restored) {
    public ObjectContent {
        requireNonNull(etag);
        requireNonNull(storageClass);
        requireNonNull(checksum);
        parts = List.copyOf(parts);
        blobs = List.copyOf(blobs);
        restored = List.copyOf(restored);
    }

    /** A content that was not restored. */
    public ObjectContent(
            long size,
            String etag,
            StorageClass storageClass,
            Optional<ObjectChecksum> checksum,
            List<PartSummary> parts,
            List<Blob> blobs) {
        this(size, etag, storageClass, checksum, parts, blobs, List.of());
    }

    /** The same content with its parts and blobs, or without them. */
    public ObjectContent with(List<PartSummary> otherParts, List<Blob> otherBlobs) {
        return new ObjectContent(
                size, etag, storageClass, checksum, otherParts, otherBlobs, restored);
    }

    /** The content as it is read: an archive's is its copy. */
    public ObjectContent readable() {
        return storageClass.isArchive() ? with(parts, restored) : this;
    }

    /** The same content with a copy that can be read. */
    public ObjectContent withRestored(List<Blob> copy) {
        return new ObjectContent(size, etag, storageClass, checksum, parts, blobs, copy);
    }

    /** The same content as another class keeps it. */
    public ObjectContent moved(StorageClass to, List<Blob> kept) {
        return new ObjectContent(size, etag, to, checksum, parts, kept, restored);
    }
}
