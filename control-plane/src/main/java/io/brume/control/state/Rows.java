package io.brume.control.state;

import io.brume.store.Entry;
import io.brume.store.Index;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Table;
import io.brume.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading and clearing whole ranges. */
public final class Rows {
    private static final int PAGE = 256;

    private Rows() {}

    /** All values of a range. */
    public static <K, V> List<V> of(ReadTransaction tx, Table<K, V> table, KeyRange<K> range) {
        return tx.stream(table, range).map(Entry::value).toList();
    }

    /** All values that have an index key. */
    public static <K, V, I> List<V> of(
            ReadTransaction tx, Table<K, V> table, Index<K, V, I> index, I key) {
        List<V> values = new ArrayList<>();
        @Nullable K after = null;
        while (true) {
            List<Entry<K, V>> page = tx.lookup(table, index, key, after, PAGE);
            page.forEach(entry -> values.add(entry.value()));
            if (page.size() < PAGE) {
                return values;
            }
            after = page.getLast().key();
        }
    }

    /** Whether anything has an index key. */
    public static <K, V, I> boolean exist(
            ReadTransaction tx, Table<K, V> table, Index<K, V, I> index, I key) {
        return !tx.lookup(table, index, key, 1).isEmpty();
    }

    /** Removes all rows of a range. */
    public static <K, V> void clear(Transaction tx, Table<K, V> table, KeyRange<K> range) {
        List<K> keys = tx.stream(table, range).map(Entry::key).toList();
        keys.forEach(key -> tx.delete(table, key));
    }
}
