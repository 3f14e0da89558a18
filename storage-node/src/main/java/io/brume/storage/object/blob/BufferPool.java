package io.brume.storage.object.blob;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Direct buffers of one size, used again and again, so many of them at most. Thread-safe. */
final class BufferPool {
    private final int size;
    private final int most;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private int made;

    BufferPool(int size, int most) {
        this.size = size;
        this.most = most;
    }

    /** Bytes of a buffer. */
    int size() {
        return size;
    }

    /** An empty buffer; null when all are in use. */
    @Nullable ByteBuffer take() {
        synchronized (this) {
            ByteBuffer buffer = free.poll();
            if (buffer != null) {
                return buffer.clear();
            }
            if (made == most) {
                return null;
            }
            made++;
        }
        return ByteBuffer.allocateDirect(size);
    }

    /** An empty buffer; one of the heap, to be forgotten, when all are in use. */
    ByteBuffer takeAlways() {
        ByteBuffer buffer = take();
        return buffer == null ? ByteBuffer.allocate(size) : buffer;
    }

    /** Takes a buffer back that nobody uses any more. */
    synchronized void give(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            free.push(buffer);
        }
    }
}
