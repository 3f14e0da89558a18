package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way from the event loop to the thread that handles the request. Bounded:
 * the connection is not read while more than {@code limit} bytes wait here.
 */
final class BodyInput extends InputStream {
    private final int limit;
    private final Runnable wanted;
    private final Runnable roomAgain;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
    private int queued;
    private boolean full;
    private boolean ended;
    private boolean closed;
    private boolean asked;
    private @Nullable IOException broken;

    /**
     * @param wanted run when the body is first read: whoever expects to be told to go on is
     * @param roomAgain run by the reader when the connection may be read again
     */
    BodyInput(int limit, Runnable wanted, Runnable roomAgain) {
        this.limit = limit;
        this.wanted = requireNonNull(wanted);
        this.roomAgain = requireNonNull(roomAgain);
    }

    /**
     * Takes bytes over, on the event loop.
     *
     * @return whether more should come
     */
    boolean offer(ByteBuf chunk) {
        lock.lock();
        try {
            if (closed || broken != null) {
                chunk.release();
                return true;
            }
            queued += chunk.readableBytes();
            chunks.add(chunk);
            // Stays so until there is much room: what had been read with it may come after some has
            // been taken, and the connection is not read before the reader says so.
            full |= queued >= limit;
            changed.signal();
            return !full;
        } finally {
            lock.unlock();
        }
    }

    /** All has come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come. */
    void fail(IOException why) {
        lock.lock();
        try {
            if (!ended && broken == null) {
                broken = why;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!asked) {
            asked = true;
            wanted.run();
        }
        int got = 0;
        boolean room = false;
        lock.lock();
        try {
            while (chunks.isEmpty()) {
                if (closed) {
                    throw new IOException("the body was closed");
                }
                if (broken != null) {
                    throw broken;
                }
                if (ended) {
                    return -1;
                }
                changed.awaitUninterruptibly();
            }
            while (got < count && !chunks.isEmpty()) {
                var chunk = chunks.getFirst();
                int some = Math.min(count - got, chunk.readableBytes());
                chunk.readBytes(target, offset + got, some);
                got += some;
                if (!chunk.isReadable()) {
                    chunks.removeFirst().release();
                }
            }
            queued -= got;
            if (full && queued <= limit / 2) {
                full = false;
                room = true;
            }
        } finally {
            lock.unlock();
        }
        if (room) {
            roomAgain.run();
        }
        return got;
    }

    /** How much can be read without waiting. */
    @Override
    public int available() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what waits, and whatever else comes. */
    @Override
    public void close() {
        boolean room;
        lock.lock();
        try {
            closed = true;
            chunks.forEach(ByteBuf::release);
            chunks.clear();
            queued = 0;
            room = full;
            full = false;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (room) {
            roomAgain.run();
        }
    }
}
