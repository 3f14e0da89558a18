package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
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

    /** Bytes of a buffer, or some more. */
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
        return aligned(size);
    }

    /** A buffer for at least so many bytes which {@link BlockFile#writeDirect} takes. */
    static ByteBuffer aligned(int size) {
        int whole = BlobHeader.roundUp(size, BlockFile.DIRECT_UNIT);
        return ByteBuffer.allocateDirect(whole + BlockFile.DIRECT_UNIT)
                .alignedSlice(BlockFile.DIRECT_UNIT)
                .slice(0, whole);
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
