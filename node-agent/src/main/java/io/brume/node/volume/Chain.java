package io.brume.node.volume;

import org.jspecify.annotations.Nullable;

/**
 * Requests in the order in which they came, chained by themselves: adding one and taking one out of
 * the middle costs no search and no memory. A request is in one chain at a time. Not thread-safe.
 */
final class Chain<T extends Chain.Link<T>> {
    /** What can be in a chain. */
    abstract static class Link<T extends Link<T>> {
        private @Nullable T earlier;
        private @Nullable T later;

        /** The next that came after it. */
        final @Nullable T later() {
            return later;
        }
    }

    private @Nullable T first;
    private @Nullable T last;
    private int size;

    int size() {
        return size;
    }

    /** The oldest; {@link Link#later} leads on. */
    @Nullable T first() {
        return first;
    }

    void add(T link) {
        Link<T> added = link;
        added.earlier = last;
        added.later = null;
        if (last == null) {
            first = link;
        } else {
            Link<T> before = last;
            before.later = link;
        }
        last = link;
        size++;
    }

    void remove(T link) {
        Link<T> removed = link;
        Link<T> earlier = removed.earlier;
        Link<T> later = removed.later;
        if (earlier == null) {
            first = removed.later;
        } else {
            earlier.later = removed.later;
        }
        if (later == null) {
            last = removed.earlier;
        } else {
            later.earlier = removed.earlier;
        }
        removed.earlier = null;
        removed.later = null;
        size--;
    }

    /** Empties the chain, and gives its first, from which the others follow. */
    @Nullable T takeAll() {
        T all = first;
        first = null;
        last = null;
        size = 0;
        return all;
    }
}
