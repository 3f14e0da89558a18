package io.brume.node.volume;

import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection that wait for their answers, found by the tags that they were
 * given, and bounded in number and payload as the block protocol wants it. On the loop.
 */
final class UnansweredRequests {
    // By the lower bits of their tags.
    private final @Nullable LinkRequest[] requests = new LinkRequest[Blocks.MOST_REQUESTS];
    private final int[] free = new int[Blocks.MOST_REQUESTS];
    private int freeCount;
    private long bytes;
    private long tags = 1;

    UnansweredRequests() {
        for (int i = 0; i < free.length; i++) {
            free[i] = i;
        }
        freeCount = free.length;
    }

    boolean isFull() {
        return freeCount == 0;
    }

    /** Whether so much payload may go out now. Alone any request may. */
    boolean admits(int payload) {
        return bytes == 0 || bytes + payload <= Blocks.MOST_UNANSWERED;
    }

    /** Takes a request up, and gives it its tag. */
    void add(LinkRequest request) {
        int place = free[--freeCount];
        requests[place] = request;
        request.tag = tags++ << 16 | place;
        bytes += payload(request);
    }

    /** The request of that tag, if it waits for an answer. */
    @Nullable LinkRequest find(long tag) {
        int place = (int) tag & 0xFFFF;
        LinkRequest request = place < requests.length ? requests[place] : null;
        return request != null && request.tag == tag ? request : null;
    }

    /** It is answered. */
    void remove(LinkRequest request) {
        int place = (int) request.tag & 0xFFFF;
        requests[place] = null;
        free[freeCount++] = place;
        bytes -= payload(request);
    }

    /** Bytes that go out with a request. */
    static int payload(LinkRequest request) {
        return sums(request) + data(request);
    }

    /** Bytes of sums that go out. */
    static int sums(LinkRequest request) {
        return request.operation == Operation.WRITE ? request.sumsSize() : 0;
    }

    /** Bytes of data that go out. */
    static int data(LinkRequest request) {
        return request.operation == Operation.WRITE || request.operation == Operation.CUT
                ? request.size
                : 0;
    }
}
