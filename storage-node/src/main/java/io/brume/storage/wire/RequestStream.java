package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.proto.block.RequestHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The requests that come on a connection, one after the other. A payload that the connection's own
 * buffer has no room for is read into one of the large ones, which is given back with {@link
 * #release}. For the thread whose turn it is, but for {@link #isStalled}.
 */
final class RequestStream {
    private final Transport transport;
    private final LargeBuffers largeBuffers;
    private final Time time;
    private final RequestFrame frame = new RequestFrame();
    private final ByteBuffer in;
    private @Nullable ByteBuffer large;
    private int payloadAt;
    private volatile long stalledSince;

    /**
     * @param buffer bytes that the connection has of its own
     */
    RequestStream(Transport transport, LargeBuffers largeBuffers, Time time, int buffer) {
        this.transport = requireNonNull(transport);
        this.largeBuffers = requireNonNull(largeBuffers);
        this.time = requireNonNull(time);
        this.in = ByteBuffer.allocateDirect(buffer).flip();
    }

    /** The head of the request that is dealt with now. */
    RequestFrame frame() {
        return frame;
    }

    /** What its payload is in, until {@link #release}. */
    ByteBuffer payload() {
        return large == null ? in : large;
    }

    /** Where in {@link #payload} it begins. */
    int payloadAt() {
        return payloadAt;
    }

    /**
     * Goes on to the next request that has come whole; waits only for the rest of a large one.
     *
     * @return false when {@link #fill} is needed first
     */
    boolean poll() throws IOException {
        if (in.remaining() < RequestHeader.SIZE) {
            return false;
        }
        int at = in.position();
        frame.read(in, at);
        int whole = RequestHeader.SIZE + frame.payload();
        if (whole > in.capacity()) {
            in.position(at + RequestHeader.SIZE);
            readLarge();
            payloadAt = 0;
            return true;
        }
        if (in.remaining() < whole) {
            return false;
        }
        in.position(at + whole);
        payloadAt = at + RequestHeader.SIZE;
        return true;
    }

    private void readLarge() throws IOException {
        ByteBuffer taken = largeBuffers.take();
        large = taken;
        taken.limit(frame.payload());
        taken.put(in);
        while (taken.hasRemaining()) {
            if (read(taken, true) < 0) {
                throw new IOException("it ended in the middle of a request");
            }
        }
    }

    /** Whether the payload is in a large buffer, which {@link #keep} can take. */
    boolean isLarge() {
        return large != null;
    }

    /** Gives the large buffer to the caller, who gives it back to the others. */
    ByteBuffer keep() {
        ByteBuffer kept = requireNonNull(large);
        large = null;
        return kept;
    }

    /** The payload of the request is not needed any more; fine when there is none. */
    void release() {
        if (large != null) {
            largeBuffers.giveBack(large);
            large = null;
        }
    }

    /**
     * Reads more, behind what is left of a frame that has not come whole yet.
     *
     * @return false when the other end has closed the connection
     */
    boolean fill() throws IOException {
        boolean inFrame = in.hasRemaining();
        in.compact();
        try {
            return read(in, inFrame) >= 0;
        } finally {
            in.flip();
        }
    }

    private int read(ByteBuffer into, boolean inFrame) throws IOException {
        if (!inFrame) {
            return transport.read(into);
        }
        stalledSince = time.nanos() | 1;
        try {
            return transport.read(into);
        } finally {
            stalledSince = 0;
        }
    }

    /** Whether the other end stopped in the middle of a request. Thread-safe. */
    boolean isStalled(Duration most) {
        long since = stalledSince;
        return since != 0 && time.since(since).compareTo(most) > 0;
    }
}
