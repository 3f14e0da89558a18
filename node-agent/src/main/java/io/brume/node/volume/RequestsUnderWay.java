package io.brume.node.volume;

import org.jspecify.annotations.Nullable;

/** The requests that a replica was sent and has not answered, oldest first. On the loop. */
final class RequestsUnderWay {
    private @Nullable LinkRequest first;
    private @Nullable LinkRequest last;
    private int size;

    int size() {
        return size;
    }

    /** The oldest; {@link LinkRequest#later} leads on. */
    @Nullable LinkRequest first() {
        return first;
    }

    void add(LinkRequest request) {
        request.earlier = last;
        request.later = null;
        if (last == null) {
            first = request;
        } else {
            last.later = request;
        }
        last = request;
        size++;
    }

    void remove(LinkRequest request) {
        LinkRequest earlier = request.earlier;
        LinkRequest later = request.later;
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
        size--;
    }

    /** Empties the list, and gives its first request, from which the others follow. */
    @Nullable LinkRequest takeAll() {
        LinkRequest all = first;
        first = null;
        last = null;
        size = 0;
        return all;
    }

    /** The oldest that has waited too long. */
    @Nullable LinkRequest overdue(long nowNanos, CoordinatorOptions options) {
        long answerNanos = options.answerTimeout().toNanos();
        long flushNanos = options.flushTimeout().toNanos();
        for (LinkRequest request = first; request != null; request = request.later) {
            long most = request.isWaitingForDisk() ? flushNanos : answerNanos;
            if (nowNanos - request.sentNanos > most) {
                return request;
            }
        }
        return null;
    }
}
