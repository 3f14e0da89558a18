package io.brume.storage.object.s3.operation;

import io.brume.common.aws.sigv4.RunningChecksum;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs checksums over a large body on a thread of their own, since MD5 alone is slower than the
 * network and the disk. Lends the buffers that the body is read into: each comes back when it has
 * been hashed. To one thread; {@link #close} ends its own.
 */
final class HashLane implements AutoCloseable {
    private static final int BUFFERS = 3;
    private static final int BUFFER_BYTES = 256 << 10;

    private record Work(byte[] buffer, int count) {}

    private static final Work END = new Work(new byte[0], -1);

    private final List<RunningChecksum> sums;
    private final ArrayBlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
    private final ArrayBlockingQueue<Work> work = new ArrayBlockingQueue<>(BUFFERS + 2);
    private final Thread thread;
    private volatile @Nullable RuntimeException broken;

    HashLane(Collection<RunningChecksum> sums) {
        this.sums = List.copyOf(sums);
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new byte[BUFFER_BYTES]);
        }
        this.thread = Thread.ofVirtual().name("s3-hash").start(this::run);
    }

    /** A buffer to read into; waits for one. */
    byte[] buffer() {
        try {
            return free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Has a buffer hashed, which must not be changed any more. */
    void hash(byte[] buffer, int count) {
        work.add(new Work(buffer, count));
    }

    /** Returns when everything has been hashed. */
    void finish() {
        close();
        var failure = broken;
        if (failure != null) {
            throw failure;
        }
    }

    private void run() {
        try {
            for (var next = work.take(); next.count() >= 0; next = work.take()) {
                for (var sum : sums) {
                    sum.update(next.buffer(), 0, next.count());
                }
                free.add(next.buffer());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken = new IllegalStateException("interrupted", e);
        } catch (RuntimeException e) {
            broken = e;
            free.add(new byte[BUFFER_BYTES]);
        }
    }

    @Override
    public void close() {
        if (thread.isAlive()) {
            work.offer(END);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
