package io.brume.node.volume;

import io.brume.node.volume.VolumeRequest.Kind;
import java.util.function.Consumer;

/**
 * Lets requests that overlap take effect in the order in which they came, unless all of them only
 * read. A list that is walked: there are as many requests as clients have under way, some dozens.
 */
final class RangeOrder {
    private final Consumer<VolumeRequest> ready;
    private final Chain<VolumeRequest> chain = new Chain<>();

    /**
     * @param ready is given each request when no earlier one is in its way
     */
    RangeOrder(Consumer<VolumeRequest> ready) {
        this.ready = ready;
    }

    int size() {
        return chain.size();
    }

    void enter(VolumeRequest request) {
        request.blockers = 0;
        for (VolumeRequest other = chain.first(); other != null; other = other.later()) {
            if (conflict(other, request)) {
                request.blockers++;
            }
        }
        request.ordered = true;
        chain.add(request);
        if (request.blockers == 0) {
            ready.accept(request);
        }
    }

    /** It has taken effect, or never will. */
    void leave(VolumeRequest request) {
        VolumeRequest other = request.later();
        chain.remove(request);
        request.ordered = false;
        while (other != null) {
            VolumeRequest after = other.later();
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
                && one.kind != Kind.FLUSH
                && other.kind != Kind.FLUSH
                && !isReadAndCut(one.kind, other.kind)
                && !isReadAndCut(other.kind, one.kind);
    }

    /** A cut changes no byte, and may have to wait for other volumes: reads go on meanwhile. */
    private static boolean isReadAndCut(Kind one, Kind other) {
        return one == Kind.READ && other == Kind.CUT;
    }
}
