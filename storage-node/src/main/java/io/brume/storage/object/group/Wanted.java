package io.brume.storage.object.group;

import io.brume.storage.object.model.BlobId;
import java.util.LinkedHashSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Blobs whose copy here is to be made or mended, and other news for the sweep. Thread-safe. */
final class Wanted {
    /** More are found by the sweep, or by the scrubber, without being told. */
    private static final int MOST = 10_000;

    private final LinkedHashSet<BlobId> blobs = new LinkedHashSet<>();
    private final Semaphore news = new Semaphore(0);
    private volatile boolean mapChanged;

    void add(BlobId id) {
        synchronized (blobs) {
            if (blobs.size() == MOST || !blobs.add(id)) {
                return;
            }
        }
        news.release();
    }

    void mapChanged() {
        mapChanged = true;
        news.release();
    }

    void wake() {
        news.release();
    }

    boolean takeMapChanged() {
        boolean changed = mapChanged;
        mapChanged = false;
        return changed;
    }

    @Nullable BlobId take() {
        synchronized (blobs) {
            return blobs.isEmpty() ? null : blobs.removeFirst();
        }
    }

    /** Waits for news; not longer than so long. */
    void await(long millis) throws InterruptedException {
        if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }
}
