package io.brume.storage.object.s3.config;

import io.brume.storage.object.model.Bucket;
import java.io.IOException;

/** What is done with each bucket again and again. Thread-safe. */
@FunctionalInterface
public interface BucketPass {
    /**
     * Goes once through a bucket, which may be deleted meanwhile.
     *
     * @throws IOException when bytes cannot be stored
     */
    void run(BucketRounds.Leading leading, Bucket bucket) throws IOException;
}
