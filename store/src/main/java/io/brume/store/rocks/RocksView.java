package io.brume.store.rocks;

import io.brume.store.Bytes;
import io.brume.store.machine.Row;
import io.brume.store.machine.RowView;
import io.brume.store.machine.RowsFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB snapshot. Readers must be done before it is closed: its owner counts them. */
final class RocksView implements RowView {
    /** A page of rows. */
    private static final int MOST_EXPECTED = 1024;

    private final Database database;
    private final NativeReads reads;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private boolean closed;

    RocksView(Database database, NativeReads reads) {
        database.hold();
        this.database = database;
        this.reads = reads;
        this.snapshot = database.db().getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        try {
            return database.db().get(options, key.unsafeArray());
        } catch (RocksDBException e) {
            throw new RowsFailedException("a row cannot be read", e);
        }
    }

    @Override
    public List<Row> scan(Bytes from, @Nullable Bytes to, int limit) {
        return reads.run(limit, () -> scanHere(from, to, limit));
    }

    private List<Row> scanHere(Bytes from, @Nullable Bytes to, int limit) {
        try (ReadOptions bounded = new ReadOptions(options);
                Slice bound =
                        new Slice(to == null ? Bytes.EMPTY.unsafeArray() : to.unsafeArray())) {
            if (to != null) {
                bounded.setIterateUpperBound(bound);
            }
            List<Row> found = new ArrayList<>(Math.min(limit, MOST_EXPECTED));
            try (RocksIterator iterator = database.db().newIterator(bounded)) {
                iterator.seek(from.unsafeArray());
                while (iterator.isValid() && found.size() < limit) {
                    found.add(new Row(Bytes.wrap(iterator.key()), iterator.value()));
                    iterator.next();
                }
                iterator.status();
            }
            return found;
        } catch (RocksDBException e) {
            throw new RowsFailedException("rows cannot be read", e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        options.close();
        database.db().releaseSnapshot(snapshot);
        database.release();
    }
}
