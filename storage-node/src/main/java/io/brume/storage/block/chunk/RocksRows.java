package io.brume.storage.block.chunk;

import io.brume.storage.block.files.FullDiskException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Rows in a RocksDB database, whose log is fsync'ed with each batch. It owns every native handle.
 *
 * <p>A batch that failed for want of space may be in the log, whole or torn, and the database takes
 * no other from then on. Java has no way to let it resume, so it is opened anew: that replays the
 * log up to the first record that is not whole, and makes durable what it has replayed.
 */
public final class RocksRows implements Rows {
    private static final long CACHE = 16L << 20;
    private static final long WRITE_BUFFER = 16L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final LRUCache cache = new LRUCache(CACHE);
    private final BloomFilter filter = new BloomFilter(10, false);
    private final Options options;
    private final WriteOptions durable = new WriteOptions().setSync(true);
    private final Path folder;

    /** None: it could not be opened anew yet. */
    private @Nullable RocksDB db;

    private boolean closed;

    private RocksRows(Path folder) throws IOException {
        this.folder = folder;
        this.options =
                new Options()
                        .setCreateIfMissing(true)
                        .setParanoidChecks(true)
                        .setWriteBufferSize(WRITE_BUFFER)
                        .setMaxBackgroundJobs(2)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setKeepLogFileNum(3)
                        .setMaxLogFileSize(1L << 20)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setStatsDumpPeriodSec(0)
                        // What a log holds may be in the page cache only.
                        .setAvoidFlushDuringRecovery(false)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setFilterPolicy(filter)
                                        .setFormatVersion(5));
        try {
            this.db = openDatabase();
        } catch (IOException e) {
            closeHandles();
            throw e;
        }
    }

    private RocksDB openDatabase() throws IOException {
        try {
            return RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    /** Opens the rows of a folder that exists. */
    public static RocksRows open(Path folder) throws IOException {
        return new RocksRows(folder);
    }

    private static IOException failure(RocksDBException e) {
        var failure = new IOException("the index of chunks: " + e.getMessage(), e);
        Status status = e.getStatus();
        boolean full = status != null && status.getSubCode() == Status.SubCode.NoSpace;
        return full && !FullDiskException.is(failure)
                ? new FullDiskException("the index of chunks", e)
                : failure;
    }

    // Locked, because a call after the close would end the whole program.

    private RocksDB database() throws IOException {
        if (closed) {
            throw new IOException("the index of chunks is closed");
        }
        if (db == null) {
            throw new FullDiskException("the index of chunks waits to be opened anew");
        }
        return db;
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) throws IOException {
        RocksDB database = database();
        try {
            return database.get(key);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void write(Batch batch) throws IOException {
        RocksDB database = database();
        try (var changes = new WriteBatch()) {
            for (Batch.Change change : batch.changes()) {
                if (change.value() == null) {
                    changes.delete(change.key());
                } else {
                    changes.put(change.key(), change.value());
                }
            }
            database.write(durable, changes);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void scan(byte[] prefix, Visitor visitor) throws IOException {
        RocksDB database = database();
        try (var read = new ReadOptions();
                RocksIterator rows = database.newIterator(read)) {
            for (rows.seek(prefix); rows.isValid(); rows.next()) {
                byte[] key = rows.key();
                if (key.length < prefix.length
                        || !Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                    break;
                }
                visitor.visit(key, rows.value());
            }
            rows.status();
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void recover() throws IOException {
        if (closed) {
            throw new IOException("the index of chunks is closed");
        }
        closeDatabase();
        db = openDatabase();
    }

    private void closeDatabase() {
        RocksDB open = db;
        db = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeDatabase();
            closeHandles();
        }
    }

    private void closeHandles() {
        durable.close();
        options.close();
        filter.close();
        cache.close();
    }
}
