package io.brume.storage.object.index;

import io.brume.store.Backup;
import io.brume.store.Entry;
import io.brume.store.Index;
import io.brume.store.KeyRange;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import io.brume.store.Table;
import io.brume.store.Transaction;
import io.brume.store.Watch;
import io.brume.store.WatchEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store that counts the rows that its views read. */
record CountingStore(Store store, AtomicLong count) implements Store {
    CountingStore(Store store) {
        this(store, new AtomicLong());
    }

    long rows() {
        return count.get();
    }

    @Override
    public <T extends @Nullable Object> T transact(
            Function<? super Transaction, ? extends T> body) {
        return store.transact(body);
    }

    @Override
    public <T extends @Nullable Object> T view(
            Function<? super ReadTransaction, ? extends T> body) {
        return store.view(tx -> body.apply(new Counted(tx)));
    }

    @Override
    public <K, V> Watch watch(
            Table<K, V> table, long fromRevision, Consumer<? super WatchEvent<K, V>> consumer) {
        return store.watch(table, fromRevision, consumer);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public Backup backup(Path directory) {
        return store.backup(directory);
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Counted implements ReadTransaction {
        private final ReadTransaction tx;

        Counted(ReadTransaction tx) {
            this.tx = tx;
        }

        @Override
        public long revision() {
            return tx.revision();
        }

        @Override
        public <K, V> @Nullable V get(Table<K, V> table, K key) {
            count.incrementAndGet();
            return tx.get(table, key);
        }

        @Override
        public <K, V> List<Entry<K, V>> scan(Table<K, V> table, KeyRange<K> range, int limit) {
            return counted(tx.scan(table, range, limit));
        }

        @Override
        public <K, V, I> List<Entry<K, V>> scan(
                Table<K, V> table, Index<K, V, I> index, KeyRange<I> range, int limit) {
            return counted(tx.scan(table, index, range, limit));
        }

        @Override
        public <K, V, I> List<Entry<K, V>> lookup(
                Table<K, V> table, Index<K, V, I> index, I key, @Nullable K after, int limit) {
            return counted(tx.lookup(table, index, key, after, limit));
        }

        private <T> List<T> counted(List<T> rows) {
            count.addAndGet(rows.size());
            return rows;
        }
    }
}
