package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The way in of a connection: takes answers apart, and reads their payload to where it belongs,
 * large ones without a copy. What the replica sends is checked, and bounded by what was asked for.
 * On the loop.
 */
final class AnswerFrames {
    private static final int ROOM = 256 << 10;

    /** What is left of an answer is read to where it belongs from this size on. */
    private static final int STRAIGHT = 32 << 10;

    private static final int MOST_OPENED = 64 << 10;
    private static final String NOT_ASKED = "answers what was not asked";

    /** Who gets the answers. Any of the calls may end the connection. */
    interface Taker {
        /** The answer to the opening, which is the first of all. */
        void opened(BlockStatus status, byte[] message);

        /** The payload is where the request wanted it. */
        void answered(LinkRequest request, BlockStatus status, int payload);

        /** The replica went, or does not keep to the protocol. */
        void ended(String reason);

        /** Whether the connection has ended, so that nothing more is taken. */
        boolean isOver();
    }

    private final UnansweredRequests unanswered;
    private final Taker taker;
    private final ByteBuffer inward = ByteBuffer.allocateDirect(ROOM).limit(0);
    private boolean open;

    // The answer that is being read.
    private boolean inAnswer;
    private BlockStatus status = BlockStatus.OK;
    private @Nullable LinkRequest answering;
    private int payload;
    private int taken;
    private byte[] opened = new byte[0];

    AnswerFrames(UnansweredRequests unanswered, Taker taker) {
        this.unanswered = unanswered;
        this.taker = taker;
    }

    /** The replica is open: from now on come answers to requests. */
    void open() {
        open = true;
    }

    /** Reads until nothing is there any more. */
    void read(ReadableByteChannel channel) throws IOException {
        while (!taker.isOver()) {
            if (!inward.hasRemaining() && isStraight()) {
                if (!readStraight(channel)) {
                    return;
                }
            } else {
                inward.compact();
                int got = channel.read(inward);
                inward.flip();
                if (got < 0) {
                    taker.ended("closed the connection");
                    return;
                }
                if (got == 0) {
                    return;
                }
            }
            boolean full = inward.limit() == inward.capacity();
            take();
            if (!full && !isStraight()) {
                // The socket was emptied; whatever comes wakes the loop.
                return;
            }
        }
    }

    /** Whether the rest of the payload is large, and belongs into the request's buffer. */
    private boolean isStraight() {
        LinkRequest request = answering;
        return inAnswer
                && request != null
                && status == BlockStatus.OK
                && taken >= sums(request)
                && payload - taken >= STRAIGHT;
    }

    private static int sums(LinkRequest request) {
        return request.operation == Operation.READ ? request.sumsSize() : 0;
    }

    private boolean readStraight(ReadableByteChannel channel) throws IOException {
        LinkRequest request = requireNonNull(answering);
        ByteBuffer data = requireNonNull(request.data);
        int position = data.position();
        int limit = data.limit();
        int at = request.start + taken - sums(request);
        data.limit(request.start + request.size).position(at);
        int got = channel.read(data);
        data.limit(limit).position(position);
        if (got < 0) {
            taker.ended("closed the connection");
            return false;
        }
        taken += got;
        return got > 0;
    }

    /** Takes what has come. */
    private void take() {
        while (!taker.isOver()) {
            if (!inAnswer) {
                if (inward.remaining() < AnswerHeader.SIZE) {
                    return;
                }
                if (!head()) {
                    return;
                }
            }
            body();
            if (taken < payload) {
                return;
            }
            inAnswer = false;
            finish();
        }
    }

    /**
     * Takes the head of an answer.
     *
     * @return whether it is one; otherwise the connection has ended
     */
    private boolean head() {
        int at = inward.position();
        if (inward.getInt(at) != AnswerHeader.MAGIC) {
            taker.ended("does not speak the block protocol");
            return false;
        }
        status = BlockStatus.of(inward.getShort(at + 4));
        long tag = inward.getLong(at + 8);
        payload = inward.getInt(at + 16);
        inward.position(at + AnswerHeader.SIZE);
        taken = 0;
        if (!open) {
            answering = null;
            if (tag != 0 || payload < 0 || payload > MOST_OPENED) {
                taker.ended(NOT_ASKED);
                return false;
            }
            opened = new byte[payload];
        } else {
            LinkRequest request = unanswered.find(tag);
            if (request == null || !isAllowed(request)) {
                taker.ended(NOT_ASKED);
                return false;
            }
            answering = request;
        }
        inAnswer = true;
        return true;
    }

    private boolean isAllowed(LinkRequest request) {
        if (payload == 0) {
            return true;
        }
        return switch (request.operation) {
            case READ -> status == BlockStatus.OK && payload == request.sumsSize() + request.size;
            case DIGESTS, SUMS, EXTENTS, DAMAGED ->
                    status == BlockStatus.OK && payload > 0 && payload <= request.size;
            case OPEN, WRITE, ZERO, FLUSH, CUT, RESIZE, ADOPT -> false;
        };
    }

    private void body() {
        int some = Math.min(inward.remaining(), payload - taken);
        LinkRequest request = answering;
        if (request == null) {
            inward.get(opened, taken, some);
            taken += some;
            return;
        }
        int sums = sums(request);
        if (taken < sums) {
            int part = Math.min(some, sums - taken);
            take(requireNonNull(request.sums), request.sumsStart + taken, part);
            some -= part;
        }
        if (some > 0) {
            take(requireNonNull(request.data), request.start + taken - sums, some);
        }
    }

    private void take(ByteBuffer to, int at, int size) {
        to.put(at, inward, inward.position(), size);
        inward.position(inward.position() + size);
        taken += size;
    }

    private void finish() {
        LinkRequest request = answering;
        answering = null;
        if (request == null) {
            taker.opened(status, opened);
            return;
        }
        unanswered.remove(request);
        taker.answered(request, status, payload);
    }
}
