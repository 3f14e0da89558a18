package io.brume.storage.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * Buffers for the frames that do not fit a connection's own, shared by all connections, so that a
 * thousand idle ones cost little. Whoever wants one while all are in use waits. A connection holds
 * at most one, so nobody who has one waits for another. Thread-safe.
 */
final class LargeBuffers {
    private final int size;
    private final Semaphore free;
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();

    /**
     * None is allocated before it is needed.
     *
     * @param count how many there are at most
     * @param size of each; bytes
     */
    LargeBuffers(int count, int size) {
        this.size = size;
        this.free = new Semaphore(count, true);
    }

    /** An empty one. */
    ByteBuffer take() {
        free.acquireUninterruptibly();
        synchronized (idle) {
            ByteBuffer known = idle.poll();
            return known == null ? ByteBuffer.allocateDirect(size) : known.clear();
        }
    }

    void giveBack(ByteBuffer buffer) {
        synchronized (idle) {
            idle.push(buffer);
        }
        free.release();
    }
}
