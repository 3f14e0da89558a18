package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a connection: requests as frames of the block protocol, as many as possible in one
 * system call. Small data are copied next to their headers; large ones are written from where they
 * are. On the loop.
 */
final class RequestFrames {
    private static final int ROOM = 256 << 10;

    /** Data up to this size are copied to the others. */
    private static final int COPIED = 32 << 10;

    private final UnansweredRequests unanswered;
    private final ByteBuffer outward = ByteBuffer.allocateDirect(ROOM).limit(0);
    private final ByteBuffer[] both = new ByteBuffer[2];
    private @Nullable LinkRequest firstToSend;
    private @Nullable LinkRequest lastToSend;

    /** The request whose data are written from where they are, and how much of them is written. */
    private @Nullable LinkRequest large;

    private int largeWritten;

    RequestFrames(UnansweredRequests unanswered) {
        this.unanswered = unanswered;
    }

    /** The opening goes before everything else. */
    void begin(byte[] opening) {
        outward.clear();
        RequestHeader.write(outward, Operation.OPEN, 0, 0, 0, 0, 0, opening.length);
        outward.put(opening).flip();
    }

    void add(LinkRequest request) {
        request.nextToSend = null;
        LinkRequest last = lastToSend;
        if (last == null) {
            firstToSend = request;
        } else {
            last.nextToSend = request;
        }
        lastToSend = request;
    }

    /** Whether requests wait to be sent. */
    boolean isAwaited() {
        return firstToSend != null;
    }

    /**
     * Writes what may be sent now.
     *
     * @return whether that was all; otherwise the channel takes no more
     */
    boolean write(GatheringByteChannel channel) throws IOException {
        while (true) {
            if (!outward.hasRemaining() && large == null && !encode()) {
                return true;
            }
            LinkRequest now = large;
            if (now == null) {
                channel.write(outward);
            } else {
                writeWith(now, channel);
            }
            if (outward.hasRemaining() || large != null) {
                return false;
            }
        }
    }

    private void writeWith(LinkRequest request, GatheringByteChannel channel) throws IOException {
        ByteBuffer data = requireNonNull(request.data);
        int position = data.position();
        int limit = data.limit();
        int from = request.start + largeWritten;
        data.limit(request.start + request.size).position(from);
        both[0] = outward;
        both[1] = data;
        channel.write(both);
        largeWritten += data.position() - from;
        data.limit(limit).position(position);
        if (largeWritten == request.size) {
            large = null;
        }
    }

    /**
     * Puts as many requests as fit into the buffer, until one whose data go from where they are.
     *
     * @return whether there is anything to write
     */
    private boolean encode() {
        outward.clear();
        while (large == null) {
            LinkRequest request = firstToSend;
            if (request == null || unanswered.isFull()) {
                break;
            }
            int sums = UnansweredRequests.sums(request);
            int data = UnansweredRequests.data(request);
            boolean copied = data <= COPIED;
            if (outward.remaining() < RequestHeader.SIZE + sums + (copied ? data : 0)
                    || !unanswered.admits(sums + data)) {
                break;
            }
            firstToSend = request.nextToSend;
            if (firstToSend == null) {
                lastToSend = null;
            }
            encode(request, sums, data);
            if (!copied) {
                large = request;
                largeWritten = 0;
            } else if (data > 0) {
                append(requireNonNull(request.data), request.start, data);
            }
        }
        outward.flip();
        return outward.hasRemaining();
    }

    private void encode(LinkRequest request, int sums, int data) {
        unanswered.add(request);
        RequestHeader.write(
                outward,
                request.operation,
                request.flags,
                request.tag,
                request.sequence,
                request.offset,
                request.length,
                sums + data);
        if (sums > 0) {
            append(requireNonNull(request.sums), request.sumsStart, sums);
        }
    }

    private void append(ByteBuffer from, int start, int size) {
        outward.put(outward.position(), from, start, size);
        outward.position(outward.position() + size);
    }
}
