package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectChecksum;
import java.util.List;

/**
 * Bytes that are on disks, and that nothing names yet.
 *
 * @param md5 in lower-case hexadecimal
 */
record Stored(List<Blob> blobs, long size, String md5, ObjectChecksum checksum) {
    Stored {
        blobs = List.copyOf(blobs);
        requireNonNull(md5);
        requireNonNull(checksum);
    }
}
