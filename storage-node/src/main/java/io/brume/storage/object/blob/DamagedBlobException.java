package io.brume.storage.object.blob;

import io.brume.storage.object.model.BlobId;
import java.io.IOException;

/** What the disk has of a blob is not what was written: another copy is needed. */
public final class DamagedBlobException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedBlobException(BlobId id, String what) {
        super("blob " + id + ": " + what);
    }
}
