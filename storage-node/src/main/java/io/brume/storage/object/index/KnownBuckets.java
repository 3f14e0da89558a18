package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.store.ReadTransaction;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Buckets with their documents as they were read last. Each call asks the rows it sees for the
 * number of the bucket's last change, and for nothing else while that is the same: every change has
 * a number of its own, and it goes with the bucket, so nothing is ever older than the rows.
 * Thread-safe.
 */
final class KnownBuckets {
    private static final int MOST = 4096;

    private record Known(long change, Bucket whole) {}

    private final Map<BucketName, Known> buckets = new ConcurrentHashMap<>();

    /**
     * A bucket with its documents; empty when there is none.
     *
     * @param read reads it from the same rows
     */
    Optional<Bucket> find(ReadTransaction tx, BucketName name, Supplier<Optional<Bucket>> read) {
        Known known = buckets.get(name);
        if (known != null) {
            Long change = tx.get(IndexTables.BUCKET_CHANGES, known.whole().number());
            if (change != null && change == known.change()) {
                return Optional.of(known.whole());
            }
        }
        Optional<Bucket> found = read.get();
        found.ifPresent(bucket -> note(tx, bucket));
        return found;
    }

    private void note(ReadTransaction tx, Bucket bucket) {
        Long change = tx.get(IndexTables.BUCKET_CHANGES, bucket.number());
        if (change == null) {
            return;
        }
        if (buckets.size() >= MOST) {
            buckets.clear();
        }
        buckets.put(bucket.name(), new Known(change, bucket));
    }
}
