package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.Index;
import io.brume.store.KeyRange;
import io.brume.store.Table;
import io.brume.store.Transaction;
import io.brume.store.TransactionTooLargeException;
import io.brume.store.machine.Commit;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in progress: reads go to the snapshot and are recorded, writes wait in a buffer
 * that reads see first. Not thread-safe.
 */
final class OptimisticTransaction extends Snapshot implements Transaction {
    static final int MAX_KEY = 4 * 1024;
    static final int MAX_VALUE = 1024 * 1024;

    private final ReadSet reads = new ReadSet();
    private final TreeMap<Bytes, Optional<byte[]>> writes = new TreeMap<>();

    OptimisticTransaction(RowReader rows, long revision) {
        super(rows, revision);
    }

    @Override
    public <K, V> void put(Table<K, V> table, K key, V value) {
        byte[] encoded = table.codec().encode(value);
        if (encoded.length > MAX_VALUE) {
            throw new TransactionTooLargeException(
                    "a value of " + encoded.length + " bytes in table " + table.name());
        }
        change(table, key, value, encoded);
    }

    @Override
    public <K, V> void delete(Table<K, V> table, K key) {
        change(table, key, null, null);
    }

    private <K, V> void change(
            Table<K, V> table, K key, @Nullable V value, byte @Nullable [] encoded) {
        Bytes row = Layout.row(table, key);
        if (row.length() > MAX_KEY) {
            throw new TransactionTooLargeException(
                    "a key of " + row.length() + " bytes in table " + table.name());
        }
        checkLive();
        if (!table.indexes().isEmpty()) {
            byte[] before = read(row);
            V old = before == null ? null : table.codec().decode(before);
            for (Index<K, V, ?> index : table.indexes()) {
                reindex(table, index, key, row, old, value);
            }
        }
        writes.put(row, Optional.ofNullable(encoded));
    }

    private <K, V, I> void reindex(
            Table<K, V> table,
            Index<K, V, I> index,
            K key,
            Bytes row,
            @Nullable V old,
            @Nullable V value) {
        Set<Bytes> before = indexKeys(index, key, old);
        Set<Bytes> after = indexKeys(index, key, value);
        for (Bytes gone : before) {
            if (!after.contains(gone)) {
                writes.put(Layout.indexRow(table, index, gone, row), Optional.empty());
            }
        }
        for (Bytes come : after) {
            if (!before.contains(come)) {
                writes.put(
                        Layout.indexRow(table, index, come, row),
                        Optional.of(Layout.indexValue(come)));
            }
        }
    }

    private static <K, V, I> Set<Bytes> indexKeys(Index<K, V, I> index, K key, @Nullable V value) {
        Set<Bytes> keys = new HashSet<>();
        if (value != null) {
            Collection<I> named = index.keysOf().apply(key, value);
            for (I one : named) {
                Bytes encoded = index.codec().encode(one);
                if (encoded.length() > MAX_KEY) {
                    throw new TransactionTooLargeException(
                            "a key of " + encoded.length() + " bytes in index " + index.name());
                }
                keys.add(encoded);
            }
        }
        return keys;
    }

    @Override
    byte @Nullable [] read(Bytes key) {
        Optional<byte[]> written = writes.get(key);
        if (written != null) {
            checkLive();
            return written.orElse(null);
        }
        byte[] value = super.read(key);
        reads.add(key);
        return value;
    }

    /** Merges what is stored with what is written, and records the range as far as it was read. */
    @Override
    List<Row> read(KeyRange<Bytes> range, int limit) {
        Map<Bytes, Optional<byte[]>> changed = range.isEmpty() ? Map.of() : within(range);
        long deleted = changed.values().stream().filter(Optional::isEmpty).count();
        int fetch = (int) Math.min(Integer.MAX_VALUE, limit + deleted);
        List<Row> stored = super.read(range, fetch);
        List<Row> merged = merge(stored, changed, limit);
        boolean whole = stored.size() < fetch && merged.size() < limit;
        if (whole) {
            reads.add(range);
        } else {
            reads.add(new KeyRange<>(range.from(), merged.getLast().key().successor()));
        }
        return merged;
    }

    private Map<Bytes, Optional<byte[]>> within(KeyRange<Bytes> range) {
        Bytes to = range.to();
        return to == null
                ? writes.tailMap(range.from(), true)
                : writes.subMap(range.from(), true, to, false);
    }

    private static List<Row> merge(
            List<Row> stored, Map<Bytes, Optional<byte[]>> changed, int limit) {
        if (changed.isEmpty()) {
            return stored;
        }
        List<Row> merged = new ArrayList<>();
        Iterator<Map.Entry<Bytes, Optional<byte[]>>> changes = changed.entrySet().iterator();
        Map.Entry<Bytes, Optional<byte[]>> change = changes.next();
        int next = 0;
        while (merged.size() < limit && (next < stored.size() || change != null)) {
            int order =
                    change == null
                            ? -1
                            : next == stored.size()
                                    ? 1
                                    : stored.get(next).key().compareTo(change.getKey());
            if (order < 0) {
                merged.add(stored.get(next++));
                continue;
            }
            if (order == 0) {
                next++;
            }
            if (change != null) {
                Bytes key = change.getKey();
                change.getValue().ifPresent(value -> merged.add(new Row(key, value)));
                change = changes.hasNext() ? changes.next() : null;
            }
        }
        return merged;
    }

    /** What is asked of the machine. */
    Commit toCommit() {
        return new Commit(revision(), reads.keys(), reads.ranges(), writes);
    }

    NavigableMap<Bytes, Optional<byte[]>> writes() {
        return writes;
    }
}
