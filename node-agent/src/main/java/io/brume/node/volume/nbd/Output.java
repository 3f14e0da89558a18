package io.brume.node.volume.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent on a connection, in order. Heads without bytes are collected in small buffers,
 * and everything leaves in as few system calls as possible. The buffers go back to the pool when
 * they are sent. Belongs to the loop's thread.
 */
final class Output {
    /** What is worth a system call of its own. */
    private static final int WORTH_SENDING = 256 << 10;

    /** Most that Linux takes in one call (IOV_MAX). */
    private static final int MOST_AT_ONCE = 1024;

    private final BufferPool pool;
    private ByteBuffer[] bytes = new ByteBuffer[32];
    private @Nullable PooledBuffer[] owners = new PooledBuffer[32];
    private int first;
    private int end;
    private long added;
    private boolean blocked;

    Output(BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return first == end;
    }

    /** Buffers that wait to be sent. */
    int size() {
        return end - first;
    }

    /**
     * Whether so much was added since the last {@link #send} that it should not wait for more. Not
     * while the other end takes nothing: it may be waiting until we take what it sends.
     */
    boolean isWorthSending() {
        return !blocked && added >= WORTH_SENDING;
    }

    /** Sends what lies between the buffer's position and its limit. */
    void add(PooledBuffer buffer) {
        if (end == bytes.length) {
            makeRoom();
        }
        added += buffer.bytes.remaining();
        bytes[end] = buffer.bytes;
        owners[end++] = buffer;
    }

    private void makeRoom() {
        int size = end - first;
        if (first < size) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
            owners = Arrays.copyOf(owners, owners.length * 2);
        }
        System.arraycopy(bytes, first, bytes, 0, size);
        System.arraycopy(owners, first, owners, 0, size);
        Arrays.fill(owners, size, end, null);
        first = 0;
        end = size;
    }

    /**
     * Room for so many more bytes at the end. They are written by absolute position from where the
     * buffer's limit was, which has been moved.
     */
    ByteBuffer append(int length) {
        PooledBuffer last = end > first ? owners[end - 1] : null;
        if (last == null || !isSmall(last) || last.bytes.capacity() - last.bytes.limit() < length) {
            last = pool.takeSmall();
            if (length > last.bytes.capacity()) {
                pool.release(last);
                last = BufferPool.unpooled(length);
            }
            add(last);
        }
        last.bytes.limit(last.bytes.limit() + length);
        return last.bytes;
    }

    private static boolean isSmall(PooledBuffer buffer) {
        return buffer.request == null;
    }

    /**
     * Sends as much as the channel takes.
     *
     * @return whether that was all
     */
    boolean send(GatheringByteChannel channel) throws IOException {
        added = 0;
        blocked = !sendAll(channel);
        return !blocked;
    }

    private boolean sendAll(GatheringByteChannel channel) throws IOException {
        while (first < end) {
            int count = Math.min(end - first, MOST_AT_ONCE);
            long sent =
                    count == 1 ? channel.write(bytes[first]) : channel.write(bytes, first, count);
            int before = first;
            while (first < end && !bytes[first].hasRemaining()) {
                releaseFirst();
            }
            if (sent == 0 || first - before < count) {
                return isEmpty();
            }
        }
        first = 0;
        end = 0;
        return true;
    }

    private void releaseFirst() {
        PooledBuffer owner = owners[first];
        owners[first++] = null;
        if (owner != null) {
            pool.release(owner);
        }
    }

    /** Nothing of it will be sent. */
    void drop() {
        while (first < end) {
            releaseFirst();
        }
    }
}
