package io.brume.storage.object.blob;

import io.brume.storage.object.model.BlobId;
import java.io.IOException;

/** A blob is not here: it was never written, or it was deleted. */
public final class NoSuchBlobException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoSuchBlobException(BlobId id) {
        super("no blob " + id);
    }
}
