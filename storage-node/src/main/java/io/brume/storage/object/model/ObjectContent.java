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
 * @param blobs the bytes, in order; empty when there are none
 */
public record ObjectContent(
        long size,
        String etag,
        StorageClass storageClass,
        Optional<ObjectChecksum> checksum,
        List<PartSummary> parts,
        List<Blob> blobs) {
    public ObjectContent {
        requireNonNull(etag);
        requireNonNull(storageClass);
        requireNonNull(checksum);
        parts = List.copyOf(parts);
        blobs = List.copyOf(blobs);
    }

    /** The same content with its parts and blobs, or without them. */
    public ObjectContent with(List<PartSummary> otherParts, List<Blob> otherBlobs) {
        return new ObjectContent(size, etag, storageClass, checksum, otherParts, otherBlobs);
    }
}
