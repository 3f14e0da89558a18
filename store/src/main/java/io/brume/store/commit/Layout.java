package io.brume.store.commit;

import io.brume.store.Bytes;
import io.brume.store.Index;
import io.brume.store.KeyRange;
import io.brume.store.Table;

/**
 * Where tables and indexes lie among all rows: two bytes of table number, one byte of index number
 * (zero for the table's own rows), then the key. An index row's key is the index key followed by
 * the row's key; its value holds the length of the first.
 *
 * <p>Table number zero is the machine's own.
 */
final class Layout {
    private static final int PREFIX = 3;

    private Layout() {}

    static Bytes prefix(Table<?, ?> table) {
        return prefix(table, 0);
    }

    static Bytes prefix(Table<?, ?> table, Index<?, ?, ?> index) {
        return prefix(table, index.number());
    }

    private static Bytes prefix(Table<?, ?> table, int index) {
        return Bytes.wrap(
                new byte[] {(byte) (table.number() >>> 8), (byte) table.number(), (byte) index});
    }

    static <K> Bytes row(Table<K, ?> table, K key) {
        return prefix(table).concat(table.keyCodec().encode(key));
    }

    static <K> K key(Table<K, ?> table, Bytes row) {
        return table.keyCodec().decode(row, PREFIX);
    }

    static Bytes indexRow(Table<?, ?> table, Index<?, ?, ?> index, Bytes indexKey, Bytes rowKey) {
        return prefix(table, index).concat(indexKey).concat(rowKey.from(PREFIX));
    }

    /** The row that an index row points at. */
    static Bytes indexed(Table<?, ?> table, Bytes indexRow, byte[] value) {
        int indexKeyLength = ((value[0] & 0xff) << 8) | (value[1] & 0xff);
        return prefix(table).concat(indexRow.from(PREFIX + indexKeyLength));
    }

    /** What an index row holds: how long its index key is. */
    static byte[] indexValue(Bytes indexKey) {
        return new byte[] {(byte) (indexKey.length() >>> 8), (byte) indexKey.length()};
    }

    /** The rows of a range of keys behind a prefix. */
    static KeyRange<Bytes> rows(Bytes prefix, KeyRange<?> range) {
        Bytes to = range.to();
        return new KeyRange<>(
                prefix.concat(range.from()), to == null ? prefix.prefixEnd() : prefix.concat(to));
    }
}
