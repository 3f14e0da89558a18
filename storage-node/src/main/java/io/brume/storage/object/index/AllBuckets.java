package io.brume.storage.object.index;

import io.brume.storage.object.model.Bucket;
import java.util.List;

/** Every bucket, whoever's: for what the cloud does to them by itself. Thread-safe; blocks. */
public interface AllBuckets {
    /** Buckets with their documents, by name, at most {@code limit} after one. */
    List<Bucket> allBuckets(String after, int limit);
}
