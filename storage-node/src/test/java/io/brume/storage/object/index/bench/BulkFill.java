package io.brume.storage.object.index.bench;

import static io.brume.storage.object.index.TestObjects.BUCKET;
import static io.brume.storage.object.index.TestObjects.OWNER;

import io.brume.storage.object.index.TestObjects;
import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.index.codec.StoredVersion;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.VersionId;
import io.brume.store.Store;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Writes the rows of many objects as puts would have left them, thousands in a commit. */
final class BulkFill {
    private static final int ROWS = 4000;
    private static final int AT_ONCE = 4;

    private BulkFill() {}

    static void fill(Store store, long from, long to) throws InterruptedException {
        Bucket bucket = store.<@Nullable Bucket>view(tx -> tx.get(IndexTables.BUCKETS, BUCKET));
        if (bucket == null) {
            throw new IllegalStateException("the bucket is not there");
        }
        Semaphore permits = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long first = from; first < to; first += ROWS) {
                long begin = first;
                long end = Math.min(to, first + ROWS);
                permits.acquire();
                threads.execute(() -> {
                    try {
                        commit(store, bucket.number(), begin, end);
                    } finally {
                        permits.release();
                    }
                });
            }
        }
    }

    private static void commit(Store store, long bucket, long from, long to) {
        store.update(tx -> {
            for (long number = from; number < to; number++) {
                tx.put(
                        IndexTables.OBJECTS,
                        new ObjectPlace(bucket, new ObjectKey(IndexBench.key(number))),
                        version(number));
            }
        });
    }

    private static StoredVersion version(long number) {
        return new StoredVersion(
                VersionId.NULL,
                number,
                Instant.ofEpochMilli(1_700_000_000_000L + number),
                OWNER,
                Optional.of(TestObjects.content("%032x".formatted(number), TestObjects.blobs(1))),
                Optional.empty(),
                Map.of("content-type", "binary/octet-stream"),
                Map.of(),
                Map.of());
    }
}
