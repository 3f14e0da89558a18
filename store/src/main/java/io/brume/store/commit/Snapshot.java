package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.Entry;
import io.brume.store.Index;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Table;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Typed reads over rows of bytes. Not thread-safe. */
class Snapshot implements ReadTransaction {
    private final RowReader rows;
    private final long revision;
    private boolean ended;

    Snapshot(RowReader rows, long revision) {
        this.rows = rows;
        this.revision = revision;
    }

    @Override
    public final long revision() {
        return revision;
    }

    @Override
    public final <K, V> @Nullable V get(Table<K, V> table, K key) {
        byte[] value = read(Layout.row(table, key));
        return value == null ? null : table.codec().decode(value);
    }

    @Override
    public final <K, V> List<Entry<K, V>> scan(Table<K, V> table, KeyRange<K> range, int limit) {
        List<Row> rows = read(Layout.rows(Layout.prefix(table), range), limit);
        List<Entry<K, V>> found = new ArrayList<>(rows.size());
        for (Row row : rows) {
            found.add(new Entry<>(Layout.key(table, row.key()), table.codec().decode(row.value())));
        }
        return found;
    }

    @Override
    public final <K, V, I> List<Entry<K, V>> scan(
            Table<K, V> table, Index<K, V, I> index, KeyRange<I> range, int limit) {
        return throughIndex(table, index, range, limit);
    }

    @Override
    public final <K, V, I> List<Entry<K, V>> lookup(
            Table<K, V> table, Index<K, V, I> index, I key, @Nullable K after, int limit) {
        Bytes indexKey = index.codec().encode(key);
        KeyRange<I> range = KeyRange.prefix(indexKey);
        if (after != null) {
            Bytes last = indexKey.concat(table.keyCodec().encode(after));
            range = new KeyRange<>(last.successor(), range.to());
        }
        return throughIndex(table, index, range, limit);
    }

    private <K, V> List<Entry<K, V>> throughIndex(
            Table<K, V> table, Index<K, V, ?> index, KeyRange<?> range, int limit) {
        if (!table.indexes().contains(index)) {
            throw new IllegalArgumentException(
                    "index " + index.name() + " is not one of table " + table.name());
        }
        List<Entry<K, V>> found = new ArrayList<>();
        for (Row row : read(Layout.rows(Layout.prefix(table, index), range), limit)) {
            Bytes target = Layout.indexed(table, row.key(), row.value());
            byte[] value = read(target);
            if (value == null) {
                throw new IllegalStateException(
                        "index " + index.name() + " of " + table.name() + " names an absent row");
            }
            found.add(new Entry<>(Layout.key(table, target), table.codec().decode(value)));
        }
        return found;
    }

    /** No read succeeds from now on: the rows may be gone. */
    final void end() {
        ended = true;
    }

    final void checkLive() {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
    }

    byte @Nullable [] read(Bytes key) {
        checkLive();
        return rows.get(key);
    }

    List<Row> read(KeyRange<Bytes> range, int limit) {
        checkLive();
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit + " is below 1");
        }
        return range.isEmpty() ? List.of() : rows.scan(range.from(), range.to(), limit);
    }
}
