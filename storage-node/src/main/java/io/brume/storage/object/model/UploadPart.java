package io.brume.storage.object.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A part of an upload.
 *
 * @param number 1 to 10,000
 * @param etag the MD5 of its bytes, in lower-case hexadecimal
 */
public record UploadPart(
        int number,
        long size,
        String etag,
        Optional<ObjectChecksum> checksum,
        Instant modified,
        List<Blob> blobs) {
    public static final int MAX_NUMBER = 10_000;

    public UploadPart {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("part " + number + " is not 1 to 10,000");
        }
        requireNonNull(etag);
        requireNonNull(checksum);
        requireNonNull(modified);
        blobs = List.copyOf(blobs);
    }
}
