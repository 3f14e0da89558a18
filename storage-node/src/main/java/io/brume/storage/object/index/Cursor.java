package io.brume.storage.object.index;

import io.brume.store.Bytes;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Goes through rows in order, and past many of them by one seek. How many rows are fetched at once
 * follows from how many the last fetch was good for, so that a walk costs what it shows. Not
 * thread-safe.
 */
final class Cursor<T> implements Rows<T> {
    private static final int LEAST = 4;
    private static final int GROWTH = 4;

    /** Where rows come from. */
    interface Source<T> {
        /** The first rows from a bound on, at most so many. */
        List<T> fetch(Bytes from, int limit);
    }

    private final Source<T> source;
    private final Function<T, String> keyOf;
    private final Function<T, Bytes> afterOf;
    private final int most;
    private List<T> rows = List.of();
    private int position;
    private int fetch;
    private Bytes from;
    private boolean ended;

    /**
     * @param from where it begins
     * @param first how many rows to fetch at first
     * @param most how many to fetch at once at most
     * @param keyOf the object key of a row
     * @param afterOf the bound right after a row
     */
    Cursor(
            Source<T> source,
            Bytes from,
            int first,
            int most,
            Function<T, String> keyOf,
            Function<T, Bytes> afterOf) {
        this.source = source;
        this.from = from;
        this.fetch = Math.min(first, most);
        this.most = most;
        this.keyOf = keyOf;
        this.afterOf = afterOf;
    }

    @Override
    public @Nullable T peek() {
        if (position < rows.size()) {
            return rows.get(position);
        }
        if (ended) {
            return null;
        }
        if (!rows.isEmpty()) {
            from = afterOf.apply(rows.getLast());
            fetch = Math.min(most, fetch * GROWTH);
        }
        load();
        return rows.isEmpty() ? null : rows.getFirst();
    }

    private void load() {
        rows = source.fetch(from, fetch);
        position = 0;
        ended = rows.size() < fetch;
    }

    @Override
    public void next() {
        position++;
    }

    @Override
    public void skip(String start, Bytes end) {
        while (position < rows.size()) {
            if (!keyOf.apply(rows.get(position)).startsWith(start)) {
                return;
            }
            position++;
        }
        if (ended) {
            return;
        }
        from = end;
        fetch = Math.max(LEAST, fetch / GROWTH);
        load();
    }
}
