package io.brume.node.volume;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Requests to replicas that are not in use. On the loop. */
final class LinkRequests {
    private final ArrayDeque<LinkRequest> idle = new ArrayDeque<>();
    private final BlockBuffers buffers;

    LinkRequests(BlockBuffers buffers) {
        this.buffers = buffers;
    }

    LinkRequest take() {
        LinkRequest known = idle.poll();
        return known == null ? new LinkRequest() : known;
    }

    void giveBack(LinkRequest request) {
        ByteBuffer borrowed = request.borrowed;
        request.request = null;
        request.data = null;
        request.sums = null;
        request.borrowed = null;
        request.owner = LinkRequest.Answered.NOBODY;
        idle.push(request);
        if (borrowed != null) {
            buffers.giveBack(borrowed);
        }
    }
}
