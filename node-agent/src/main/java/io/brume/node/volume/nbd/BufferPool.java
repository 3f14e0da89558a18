package io.brume.node.volume.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The memory of a server's requests: direct buffers of a power of two from 4 KiB to {@value
 * #LARGEST} bytes, used again and again. What is lent is bounded; who finds nothing is called when
 * something comes back, in the order of asking, so that a large request is not starved by small
 * ones. Belongs to the loop's thread.
 */
final class BufferPool {
    /** The longest part of a request: what the block protocol carries in one frame. */
    static final int LARGEST = 1 << 20;

    private static final int SMALLEST_SHIFT = 12;
    private static final int LISTS = 9;
    private static final int SMALL_BYTES = 1024;
    private static final int KEPT_SMALL = 64;

    /** Somebody who may have to wait for memory. */
    interface Borrower {
        /** Try again. */
        void memoryIsFree();
    }

    private final long most;
    private final ArrayDeque<PooledBuffer>[] free;
    private final ArrayDeque<PooledBuffer> freeSmall = new ArrayDeque<>();
    private final ArrayDeque<Borrower> waiting = new ArrayDeque<>();
    private long lent;
    private long kept;
    private int lentSmall;

    BufferPool(long most) {
        this.most = most;
        @SuppressWarnings({"unchecked", "rawtypes"})
        ArrayDeque<PooledBuffer>[] lists = new ArrayDeque[LISTS];
        for (int i = 0; i < LISTS; i++) {
            lists[i] = new ArrayDeque<>();
        }
        this.free = lists;
    }

    /**
     * Whether so much may be lent now; if not, the borrower will be called.
     *
     * @param need see {@link #needed}; at most the pool's own bound
     */
    boolean admits(long need, Borrower borrower) {
        if (waiting.isEmpty()) {
            if (lent + need <= most) {
                return true;
            }
            waiting.add(borrower);
            return false;
        }
        if (!waiting.peek().equals(borrower)) {
            if (!waiting.contains(borrower)) {
                waiting.add(borrower);
            }
            return false;
        }
        if (lent + need > most) {
            return false;
        }
        waiting.remove();
        callNext();
        return true;
    }

    /** What a request of so many parts and bytes takes at most. */
    static long needed(int parts, int length) {
        return parts == 1 ? sizeOf(listOf(length)) : (long) parts * LARGEST;
    }

    /** A buffer for so many bytes, after they were admitted. */
    PooledBuffer take(int length) {
        int list = listOf(length);
        int size = sizeOf(list);
        PooledBuffer buffer = free[list].poll();
        if (buffer == null) {
            makeRoom(size);
            buffer = new PooledBuffer(ByteBuffer.allocateDirect(PooledBuffer.HEAD + size), list);
        } else {
            kept -= size;
        }
        lent += size;
        return buffer;
    }

    /** What is kept and lent together stays within the bound: buffers of other sizes go. */
    private void makeRoom(int size) {
        for (int i = LISTS - 1; i >= 0 && kept > 0 && lent + kept + size > most; i--) {
            while (lent + kept + size > most && free[i].poll() != null) {
                kept -= sizeOf(i);
            }
        }
    }

    /** A small buffer, empty, for heads alone; not counted, since each answer has at most one. */
    PooledBuffer takeSmall() {
        lentSmall++;
        PooledBuffer buffer = freeSmall.poll();
        if (buffer == null) {
            buffer = new PooledBuffer(ByteBuffer.allocateDirect(SMALL_BYTES), LISTS);
        }
        buffer.bytes.clear().limit(0);
        return buffer;
    }

    void release(PooledBuffer buffer) {
        buffer.request = null;
        if (buffer.list < 0) {
            return;
        }
        if (buffer.list == LISTS) {
            lentSmall--;
            if (freeSmall.size() < KEPT_SMALL) {
                freeSmall.push(buffer);
            }
            return;
        }
        int size = sizeOf(buffer.list);
        lent -= size;
        kept += size;
        // The one used last is in the processor's caches.
        free[buffer.list].push(buffer);
        callNext();
    }

    private void callNext() {
        Borrower next = waiting.peek();
        if (next != null) {
            next.memoryIsFree();
        }
    }

    /** It does not want any more. */
    void forget(Borrower borrower) {
        if (waiting.remove(borrower)) {
            callNext();
        }
    }

    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Bytes that are lent. */
    long lent() {
        return lent;
    }

    /** Small buffers that are lent. */
    int lentSmall() {
        return lentSmall;
    }

    /** Bytes that are kept for later. */
    long kept() {
        return kept;
    }

    /** Gives back to the system what was not needed lately; called now and then. */
    void shrink() {
        for (int i = 0; i < LISTS; i++) {
            for (int n = (free[i].size() + 1) / 2; n > 0; n--) {
                if (free[i].pollLast() != null) {
                    kept -= sizeOf(i);
                }
            }
        }
    }

    private static int listOf(int length) {
        int shift = 32 - Integer.numberOfLeadingZeros(Math.max(1, length) - 1);
        return Math.max(0, shift - SMALLEST_SHIFT);
    }

    private static int sizeOf(int list) {
        return 1 << (SMALLEST_SHIFT + list);
    }

    /** A buffer of its own for an answer that fits in none of the small ones. */
    static PooledBuffer unpooled(int length) {
        var buffer = new PooledBuffer(ByteBuffer.allocate(length), -1);
        buffer.bytes.limit(0);
        return buffer;
    }
}
