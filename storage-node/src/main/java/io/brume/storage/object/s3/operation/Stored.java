package io.brume.storage.object.s3.operation;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectChecksum;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.StorageClass;
import io.brume.storage.object.s3.CallTrace;
import java.util.List;
import java.util.Optional;

/**
 * Bytes that are on disks, and that nothing names yet.
 *
 * @param etag 32 lower-case hexadecimal digits: the MD5, unless how it is encrypted hides it
 */
record Stored(List<Blob> blobs, long size, String etag, ObjectChecksum checksum) {
    Stored {
        blobs = List.copyOf(blobs);
        requireNonNull(etag);
        requireNonNull(checksum);
    }

    /** What an object has that was not put in parts. */
    ObjectContent content(StorageClass storageClass) {
        var content =
                new ObjectContent(
                        size, etag, storageClass, Optional.of(checksum), List.of(), blobs);
        CallTrace.met(content);
        return content;
    }
}
