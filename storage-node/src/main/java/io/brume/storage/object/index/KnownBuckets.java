package io.brume.storage.object.index;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.model.Bucket;
import io.brume.store.ReadTransaction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Buckets with their documents as they were read last. Each call asks the rows it sees whether they
 * still are so, which costs one row and not all documents: nothing is ever older than the rows.
 * Thread-safe.
 */
final class KnownBuckets {
    private static final int MOST = 4096;

    private record Known(Bucket row, long change, Bucket whole) {}

    private final Map<Long, Known> buckets = new ConcurrentHashMap<>();

    /**
     * A bucket with its documents.
     *
     * @param row as these rows have it, without them
     * @param read reads them from the same rows
     */
    Bucket find(ReadTransaction tx, Bucket row, Supplier<Bucket> read) {
        Long stored = tx.get(IndexTables.BUCKET_CHANGES, row.number());
        long change = stored == null ? 0 : stored;
        Known known = buckets.get(row.number());
        if (known != null && known.change() == change && known.row().equals(row)) {
            return known.whole();
        }
        Bucket whole = read.get();
        if (buckets.size() >= MOST) {
            buckets.clear();
        }
        buckets.put(row.number(), new Known(row, change, whole));
        return whole;
    }
}
