package io.brume.storage.wire;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The answers of a connection. They wait for each other in a buffer, so that many go in one write:
 * what adds to that buffer is for the thread whose turn it is. Whole frames of a buffer of one's
 * own can be sent by any thread.
 */
final class AnswerStream {
    private final Transport transport;
    private final BlockCounters counters;
    private final Time time;
    private final ByteBuffer out;
    private final ReentrantLock wire = new ReentrantLock();
    private volatile long writingSince;

    /**
     * @param buffer bytes of answers that wait for each other
     */
    AnswerStream(Transport transport, BlockCounters counters, Time time, int buffer) {
        this.transport = requireNonNull(transport);
        this.counters = requireNonNull(counters);
        this.time = requireNonNull(time);
        this.out = ByteBuffer.allocateDirect(buffer);
    }

    /** The most payload that an answer in the buffer can have. */
    int mostBuffered() {
        return out.capacity() - AnswerHeader.SIZE;
    }

    /** The buffer, with room for an answer of that payload. */
    ByteBuffer room(int payload) throws IOException {
        if (out.remaining() < AnswerHeader.SIZE + payload) {
            send();
        }
        return out;
    }

    /** Adds an answer without a payload. */
    void add(BlockStatus status, long tag) throws IOException {
        write(room(0), status, tag);
    }

    /** Writes an answer without a payload into a buffer that is sent later. */
    void write(ByteBuffer into, BlockStatus status, long tag) {
        if (status != BlockStatus.OK) {
            counters.refused();
        }
        AnswerHeader.write(into, status, tag, 0);
    }

    /** Adds an answer that tells something. */
    void add(long tag, byte[] payload) throws IOException {
        AnswerHeader.write(room(0), BlockStatus.OK, tag, payload.length);
        if (out.remaining() >= payload.length) {
            out.put(payload);
        } else {
            wire.lock();
            try {
                send();
                transport.write(ByteBuffer.wrap(payload));
            } finally {
                wire.unlock();
            }
        }
    }

    /** Sends what waits. */
    void send() throws IOException {
        send(out);
    }

    /** Sends whole frames, and empties their buffer. Thread-safe. */
    void send(ByteBuffer frames) throws IOException {
        if (frames.position() == 0) {
            return;
        }
        frames.flip();
        wire.lock();
        try {
            writingSince = time.nanos() | 1;
            transport.write(frames);
            writingSince = 0;
        } finally {
            wire.unlock();
        }
        frames.clear();
    }

    /** Whether the other end reads no answers. Thread-safe. */
    boolean isStalled(Duration most) {
        long since = writingSince;
        return since != 0 && time.since(since).compareTo(most) > 0;
    }
}
