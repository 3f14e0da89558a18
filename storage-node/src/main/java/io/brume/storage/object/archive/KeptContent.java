package io.brume.storage.object.archive;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import io.brume.storage.object.model.StorageClass;
import java.io.IOException;
import java.util.zip.Deflater;

/** Writes bytes as their storage class keeps them, and reads them back. */
public final class KeptContent {
    private KeptContent() {}

    /**
     * Begins to store bytes.
     *
     * @param expected how many there will be; −1 = not known. A hint
     */
    public static ContentWriter write(
            ObjectData data, BlobClaim claim, long expected, StorageClass storageClass)
            throws IOException {
        ContentWriter kept = data.write(claim, expected, storageClass.redundancy());
        return switch (storageClass) {
            case STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA -> kept;
            case GLACIER -> new PackingWriter(kept, Deflater.DEFAULT_COMPRESSION);
            case DEEP_ARCHIVE -> new PackingWriter(kept, Deflater.BEST_COMPRESSION);
        };
    }

    /** Opens all bytes of a content, from those that its class keeps. */
    static ContentReader open(ObjectData data, ObjectContent content) throws IOException {
        long length = content.blobs().stream().mapToLong(Blob::length).sum();
        ContentReader kept = data.read(content.blobs(), 0, length);
        return content.storageClass().isArchive() ? new UnpackingReader(kept) : kept;
    }
}
