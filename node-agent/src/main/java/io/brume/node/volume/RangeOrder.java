package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests that overlap take effect in the order in which they came, unless all of them only
 * read. A list that is walked: there are as many requests as clients have under way, some dozens.
 */
final class RangeOrder {
    private final Consumer<VolumeRequest> ready;
    private @Nullable VolumeRequest first;
    private @Nullable VolumeRequest last;
    private int size;

    /**
     * @param ready is given each request when no earlier one is in its way
     */
    RangeOrder(Consumer<VolumeRequest> ready) {
        this.ready = ready;
    }

    int size() {
        return size;
    }

    void enter(VolumeRequest request) {
        request.blockers = 0;
        for (VolumeRequest other = first; other != null; other = other.later) {
            if (conflict(other, request)) {
                request.blockers++;
            }
        }
        request.earlier = last;
        request.later = null;
        request.ordered = true;
        if (last == null) {
            first = request;
        } else {
            last.later = request;
        }
        last = request;
        size++;
        if (request.blockers == 0) {
            ready.accept(request);
        }
    }

    /** It has taken effect, or never will. */
    void leave(VolumeRequest request) {
        VolumeRequest earlier = request.earlier;
        VolumeRequest later = request.later;
        if (earlier == null) {
            first = later;
        } else {
            earlier.later = later;
        }
        if (later == null) {
            last = earlier;
        } else {
            later.earlier = earlier;
        }
        request.earlier = null;
        request.later = null;
        request.ordered = false;
        size--;
        VolumeRequest other = later;
        while (other != null) {
            VolumeRequest after = other.later;
            if (conflict(request, other)) {
                other.blockers--;
                if (other.blockers == 0) {
                    ready.accept(other);
                }
            }
            other = after;
        }
    }

    private static boolean conflict(VolumeRequest one, VolumeRequest other) {
        return (one.kind.isChange() || other.kind.isChange())
                && one.offset < other.offset + other.length
                && other.offset < one.offset + one.length
                && (one.kind != Kind.FLUSH && other.kind != Kind.FLUSH);
    }
}
