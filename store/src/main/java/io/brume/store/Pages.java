package io.brume.store;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a range page by page. */
final class Pages {
    private static final int PAGE = 256;

    private Pages() {}

    static <K, V> Stream<Entry<K, V>> stream(
            ReadTransaction tx, Table<K, V> table, KeyRange<K> range) {
        return Stream.iterate(
                        tx.scan(table, range, PAGE),
                        page -> page != null && !page.isEmpty(),
                        page -> next(tx, table, range, page))
                .flatMap(List::stream);
    }

    private static <K, V> @Nullable List<Entry<K, V>> next(
            ReadTransaction tx, Table<K, V> table, KeyRange<K> range, List<Entry<K, V>> page) {
        if (page.size() < PAGE) {
            return null;
        }
        K last = page.getLast().key();
        return tx.scan(table, range.after(table.keyCodec(), last), PAGE);
    }
}
