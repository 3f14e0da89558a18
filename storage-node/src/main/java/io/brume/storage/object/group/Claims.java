package io.brume.storage.object.group;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import java.io.IOException;

/** Knows which blobs objects and uploads are made of. Thread-safe; blocks. */
@FunctionalInterface
public interface Claims {
    /**
     * Whether something names a blob now.
     *
     * @param claim what was to name it when it was written
     * @throws IOException when nobody can tell now
     */
    boolean isNamed(Blob blob, BlobClaim claim) throws IOException;
}
