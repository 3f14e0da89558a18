package io.brume.store.rocks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where long native reads run. A native call holds the carrier of a virtual thread, and there are
 * as few carriers as processors. A point read or a short scan takes microseconds, less than a
 * change of thread, and stays where it is; a scan that may read many blocks from the disk is moved
 * to a bounded pool of platform threads, so that others keep their carriers.
 */
final class NativeReads implements AutoCloseable {
    /** Scans of at most this many rows stay on the caller's thread. */
    private static final int SHORT = 64;

    private static final int THREADS = 4;
    private static final int QUEUE = 1024;

    private final ThreadPoolExecutor pool;

    NativeReads(String name) {
        pool =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        Thread.ofPlatform().name(name + "-read-", 0).daemon().factory(),
                        new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
    }

    <T> T run(int rows, Supplier<T> read) {
        if (rows <= SHORT || !Thread.currentThread().isVirtual()) {
            return read.get();
        }
        try {
            return CompletableFuture.supplyAsync(read, pool).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
