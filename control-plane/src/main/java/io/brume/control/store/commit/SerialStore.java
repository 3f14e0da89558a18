package io.brume.control.store.commit;

import io.brume.control.store.Backup;
import io.brume.control.store.Bytes;
import io.brume.control.store.Change;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Store;
import io.brume.control.store.Table;
import io.brume.control.store.Transaction;
import io.brume.control.store.Watch;
import io.brume.control.store.WatchEvent;
import io.brume.control.store.machine.Row;
import io.brume.control.store.machine.RowReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store of one lock and one map: one transaction at a time. */
public final class SerialStore implements Store, RowReader {
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Bytes, byte[]> rows = new TreeMap<>();
    private final List<SerialWatch<?, ?>> watches = new ArrayList<>();
    private long revision;

    @Override
    public <T extends @Nullable Object> T transact(Function<? super Transaction, ? extends T> body) {
        lock.lock();
        try {
            OptimisticTransaction tx = new OptimisticTransaction(this, revision);
            T result = body.apply(tx);
            tx.end();
            if (!tx.writes().isEmpty()) {
                revision++;
                tx.writes().forEach(this::apply);
                List.copyOf(watches).forEach(watch -> watch.tell(revision, tx.writes()));
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    private void apply(Bytes key, Optional<byte[]> value) {
        value.ifPresentOrElse(bytes -> rows.put(key, bytes), () -> rows.remove(key));
    }

    @Override
    public <T extends @Nullable Object> T view(Function<? super ReadTransaction, ? extends T> body) {
        lock.lock();
        try {
            Snapshot snapshot = new Snapshot(this, revision);
            T result = body.apply(snapshot);
            snapshot.end();
            return result;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <K, V> Watch watch(
            Table<K, V> table, long fromRevision, Consumer<? super WatchEvent<K, V>> consumer) {
        lock.lock();
        try {
            SerialWatch<K, V> watch = new SerialWatch<>(table, consumer);
            watches.add(watch);
            if (fromRevision < revision) {
                watch.accept(new WatchEvent.Resync<>(revision));
            }
            return watch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long revision() {
        lock.lock();
        try {
            return revision;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Backup backup(Path directory) {
        throw new UnsupportedOperationException("a store in memory has no backup");
    }

    @Override
    public void close() {}

    @Override
    public byte @Nullable [] get(Bytes key) {
        return rows.get(key);
    }

    @Override
    public List<Row> scan(Bytes from, @Nullable Bytes to, int limit) {
        return (to == null ? rows.tailMap(from) : rows.subMap(from, to))
                .entrySet().stream()
                        .limit(limit)
                        .map(entry -> new Row(entry.getKey(), entry.getValue()))
                        .toList();
    }

    private final class SerialWatch<K, V> implements Watch {
        private final Table<K, V> table;
        private final Consumer<? super WatchEvent<K, V>> consumer;
        private volatile long told;

        SerialWatch(Table<K, V> table, Consumer<? super WatchEvent<K, V>> consumer) {
            this.table = table;
            this.consumer = consumer;
        }

        void tell(long at, Map<Bytes, Optional<byte[]>> writes) {
            Bytes prefix = Layout.prefix(table);
            List<Change<K, V>> changes = new ArrayList<>();
            writes.forEach(
                    (key, value) -> {
                        if (key.startsWith(prefix)) {
                            changes.add(
                                    new Change<>(
                                            at,
                                            Layout.key(table, key),
                                            value.map(table.codec()::decode).orElse(null)));
                        }
                    });
            if (!changes.isEmpty()) {
                accept(new WatchEvent.Changed<>(at, changes));
            }
        }

        void accept(WatchEvent<K, V> event) {
            consumer.accept(event);
            told = event.revision();
        }

        @Override
        public long revision() {
            return told;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                watches.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
