package io.brume.storage.block.chunk;

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
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Rows in a RocksDB database, whose log is fsync'ed with each batch. It owns every native handle.
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
    private final RocksDB db;
    private boolean closed;

    private RocksRows(Path folder) throws IOException {
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
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setFilterPolicy(filter)
                                        .setFormatVersion(5));
        try {
            this.db = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            closeHandles();
            throw failure(e);
        }
    }

    /** Opens the rows of a folder that exists. */
    public static RocksRows open(Path folder) throws IOException {
        return new RocksRows(folder);
    }

    private static IOException failure(RocksDBException e) {
        return new IOException("the index of chunks: " + e.getMessage(), e);
    }

    // Locked, because a call after the close would end the whole program.

    private void check() throws IOException {
        if (closed) {
            throw new IOException("the index of chunks is closed");
        }
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) throws IOException {
        check();
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void write(Batch batch) throws IOException {
        check();
        try (var changes = new WriteBatch()) {
            for (Batch.Change change : batch.changes()) {
                if (change.value() == null) {
                    changes.delete(change.key());
                } else {
                    changes.put(change.key(), change.value());
                }
            }
            db.write(durable, changes);
        } catch (RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized void scan(byte[] prefix, Visitor visitor) throws IOException {
        check();
        try (var read = new ReadOptions();
                RocksIterator rows = db.newIterator(read)) {
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
    public synchronized void close() {
        if (!closed) {
            closed = true;
            db.close();
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
