package io.brume.storage.object.group;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.Coding;
import java.io.IOException;

/** Knows which blobs objects and uploads are made of. Thread-safe; blocks. */
@FunctionalInterface
public interface Claims {
    /** Asks for the blob that a fragment is of. */
    default Claims ofStored() {
        return (blob, claim) -> isNamed(new Blob(Coding.whole(blob.id()), blob.length()), claim);
    }

    /**
     * Whether something names a blob now.
     *
     * @param claim what was to name it when it was written
     * @throws IOException when nobody can tell now
     */
    boolean isNamed(Blob blob, BlobClaim claim) throws IOException;
}
