package io.brume.store;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A consistent view of the whole store at one revision. Valid only inside the function that it was
 * given to, and only on that function's thread.
 */
public interface ReadTransaction {
    /** The revision that is seen. */
    long revision();

    /** The value of a key, or null. */
    <K, V> @Nullable V get(Table<K, V> table, K key);

    /**
     * The first rows of a range in key order.
     *
     * @param limit at least 1: how many at most
     */
    <K, V> List<Entry<K, V>> scan(Table<K, V> table, KeyRange<K> range, int limit);

    /**
     * The first rows whose index keys lie in a range, ordered by index key, then by key. A row with
     * several index keys in the range comes once for each.
     *
     * @param index one of the table's
     * @param limit at least 1: how many at most
     */
    <K, V, I> List<Entry<K, V>> scan(
            Table<K, V> table, Index<K, V, I> index, KeyRange<I> range, int limit);

    /**
     * The first rows that have an index key, in key order.
     *
     * @param index one of the table's
     * @param after the key after which to start: the last row of the page before; null at first
     * @param limit at least 1: how many at most
     */
    <K, V, I> List<Entry<K, V>> lookup(
            Table<K, V> table, Index<K, V, I> index, I key, @Nullable K after, int limit);

    /** {@link #lookup(Table, Index, Object, Object, int)} from the first row on. */
    default <K, V, I> List<Entry<K, V>> lookup(
            Table<K, V> table, Index<K, V, I> index, I key, int limit) {
        return lookup(table, index, key, null, limit);
    }

    /**
     * The rows of a range in key order, read in pages as the stream is consumed. A transaction
     * conflicts only with changes in what it consumed (to the end of a page).
     */
    default <K, V> Stream<Entry<K, V>> stream(Table<K, V> table, KeyRange<K> range) {
        return Pages.stream(this, table, range);
    }
}
