package io.brume.node.volume;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests in the order in which they were added; one leaves it at no cost. */
final class RequestList {
    private @Nullable VolumeRequest first;
    private @Nullable VolumeRequest last;

    @Nullable VolumeRequest first() {
        return first;
    }

    void add(VolumeRequest request) {
        request.previous = last;
        request.next = null;
        if (last == null) {
            first = request;
        } else {
            last.next = request;
        }
        last = request;
    }

    void remove(VolumeRequest request) {
        VolumeRequest previous = request.previous;
        VolumeRequest next = request.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        request.previous = null;
        request.next = null;
    }

    void takeAll(List<VolumeRequest> into) {
        for (VolumeRequest request = first; request != null; request = first) {
            remove(request);
            into.add(request);
        }
    }
}
