package io.brume.node.volume;

import org.jspecify.annotations.Nullable;

/** The requests that a replica was sent and has not answered, oldest first. On the loop. */
final class RequestsUnderWay {
    private final Chain<LinkRequest> chain = new Chain<>();

    int size() {
        return chain.size();
    }

    /** The oldest; {@link LinkRequest#later} leads on. */
    @Nullable LinkRequest first() {
        return chain.first();
    }

    void add(LinkRequest request) {
        chain.add(request);
    }

    void remove(LinkRequest request) {
        chain.remove(request);
    }

    /** Empties the list, and gives its first request, from which the others follow. */
    @Nullable LinkRequest takeAll() {
        return chain.takeAll();
    }

    /** The oldest that has waited too long. */
    @Nullable LinkRequest overdue(long nowNanos, CoordinatorOptions options) {
        long answerNanos = options.answerTimeout().toNanos();
        long flushNanos = options.flushTimeout().toNanos();
        for (LinkRequest request = chain.first(); request != null; request = request.later()) {
            long most = request.isWaitingForDisk() ? flushNanos : answerNanos;
            if (nowNanos - request.sentNanos > most) {
                return request;
            }
        }
        return null;
    }
}
