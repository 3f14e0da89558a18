package io.brume.storage.object.index;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.index.codec.IndexTables;
import io.brume.storage.object.index.codec.ObjectPlace;
import io.brume.storage.object.model.ObjectKey;
import io.brume.store.Bytes;
import io.brume.store.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list: where it begins, what is rolled up, when it is full. The rows may be of any
 * table that is keyed by object.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html">prefixes</a>.
 */
record Walk(long bucket, ListRequest request) {
    private static final int WITH_DELIMITER = 32;

    /** Where the page begins, unless it begins inside of a key. */
    Bytes from() {
        Bytes start = IndexTables.keysStartingWith(bucket, request.prefix()).from();
        if (request.after().isEmpty()) {
            return start;
        }
        Bytes after =
                request.after().equals(rolledUp(request.after()))
                        ? requireNonNull(endOf(request.after()))
                        : IndexTables.endOf(bucket, request.after());
        return after.compareTo(start) > 0 ? after : start;
    }

    /** Whether it begins after a version or upload of a key, and not after the whole key. */
    boolean isWithinKey() {
        return !request.afterId().isEmpty()
                && ObjectKey.isValid(request.after())
                && request.after().startsWith(request.prefix())
                && !request.after().equals(rolledUp(request.after()));
    }

    /** The key inside of which it begins. */
    ObjectPlace afterPlace() {
        return new ObjectPlace(bucket, new ObjectKey(request.after()));
    }

    /** What is left of the list from a bound on. */
    <K> KeyRange<K> rest(Bytes from) {
        return new KeyRange<>(from, endOf(request.prefix()));
    }

    private @Nullable Bytes endOf(String prefix) {
        return IndexTables.keysStartingWith(bucket, prefix).to();
    }

    /** The common prefix that stands for a key; null if the key is shown itself. */
    private @Nullable String rolledUp(String key) {
        if (request.delimiter().isEmpty() || !key.startsWith(request.prefix())) {
            return null;
        }
        int delimiter = key.indexOf(request.delimiter(), request.prefix().length());
        return delimiter < 0 ? null : key.substring(0, delimiter + request.delimiter().length());
    }

    /** Rows of one table; the fewer at once the more of them may have to be passed over. */
    <R> Cursor<R> cursor(
            Cursor.Source<R> source,
            Bytes from,
            Function<R, String> keyOf,
            Function<R, Bytes> afterOf) {
        int whole = request.limit() + 1;
        return new Cursor<>(
                source,
                from,
                request.delimiter().isEmpty() ? whole : WITH_DELIMITER,
                whole,
                keyOf,
                afterOf);
    }

    /** Reads the page. */
    <R, T> ListPage<T> page(
            Rows<R> rows,
            Function<R, String> keyOf,
            Function<R, T> itemOf,
            Function<R, String> idOf) {
        List<T> items = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        String next = "";
        @Nullable R last = null;
        if (request.limit() == 0) {
            return new ListPage<>(items, prefixes, false, "", "");
        }
        for (R row = rows.peek(); row != null; row = rows.peek()) {
            if (items.size() + prefixes.size() == request.limit()) {
                String nextId = last == null ? "" : idOf.apply(last);
                return new ListPage<>(items, prefixes, true, next, nextId);
            }
            String key = keyOf.apply(row);
            String prefix = rolledUp(key);
            if (prefix == null) {
                items.add(itemOf.apply(row));
                rows.next();
                next = key;
                last = row;
            } else {
                prefixes.add(prefix);
                rows.skip(prefix, requireNonNull(endOf(prefix)));
                next = prefix;
                last = null;
            }
        }
        return new ListPage<>(items, prefixes, false, "", "");
    }
}
