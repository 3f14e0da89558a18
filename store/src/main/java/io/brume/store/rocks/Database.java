package io.brume.store.rocks;

import io.brume.store.machine.RowsFailedException;
import java.nio.file.Path;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open database and every native handle that belongs to it. Each user holds it; the last to let
 * go closes the handles, in order.
 */
final class Database {
    private static final long BLOCK_CACHE = 64L * 1024 * 1024;
    private static final long WRITE_BUFFER = 32L * 1024 * 1024;

    /** Overwritten rows that a scan meets before it counts, and as many for each that it shows. */
    private static final int HIDDEN_IN_A_SCAN = 1000;

    private static final int HIDDEN_BY_ONE = 2;

    static {
        RocksDB.loadLibrary();
    }

    private final Path directory;
    private final Cache cache = new LRUCache(BLOCK_CACHE);
    private final BloomFilter filter = new BloomFilter(10, false);
    private final Options options;
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final FlushOptions flushOptions = new FlushOptions().setWaitForFlush(true);
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB db;
    private final Runnable closed;
    private int users = 1;

    /** Opens the database of a directory, which may be empty. */
    Database(Path directory, Runnable closed) {
        this.directory = directory;
        this.closed = closed;
        this.options =
                options()
                        .setCreateIfMissing(true)
                        .setParanoidChecks(true)
                        .setWriteBufferSize(WRITE_BUFFER)
                        .setMaxBackgroundJobs(2)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setMaxOpenFiles(-1)
                        // Who wants the rows kept has made a checkpoint; the log has the rest.
                        .setAvoidFlushDuringShutdown(true)
                        .setKeepLogFileNum(3)
                        .setMaxLogFileSize(1024L * 1024)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setStatsDumpPeriodSec(0)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setFilterPolicy(filter)
                                        .setFormatVersion(5));
        try {
            this.db = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            closeHandles();
            throw new RowsFailedException("cannot open " + directory.getFileName(), e);
        }
    }

    /**
     * Options by which a memory table is written out once scans meet many overwritten rows in it: a
     * page of rows that are often overwritten costs what a page of others does. The Java interface
     * has no methods for these two.
     */
    private static Options options() {
        Properties scans = new Properties();
        scans.setProperty("memtable_op_scan_flush_trigger", Integer.toString(HIDDEN_IN_A_SCAN));
        scans.setProperty("memtable_avg_op_scan_flush_trigger", Integer.toString(HIDDEN_BY_ONE));
        try (DBOptions database = new DBOptions();
                ColumnFamilyOptions family =
                        ColumnFamilyOptions.getColumnFamilyOptionsFromProps(scans)) {
            if (family == null) {
                throw new IllegalStateException("RocksDB does not know these options");
            }
            return new Options(database, family);
        }
    }

    RocksDB db() {
        return db;
    }

    Path directory() {
        return directory;
    }

    /** The batch of the one thread that writes. */
    WriteBatch batch() {
        return batch;
    }

    void write() throws RocksDBException {
        db.write(writeOptions, batch);
    }

    void flush() throws RocksDBException {
        db.flush(flushOptions);
    }

    void checkpoint(Path target) throws RocksDBException {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(target.toString());
        }
    }

    /** Becomes a user; {@link #release} must follow. */
    synchronized void hold() {
        if (users == 0) {
            throw new RowsFailedException("the database is closed", null);
        }
        users++;
    }

    void release() {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        db.close();
        closeHandles();
        closed.run();
    }

    private void closeHandles() {
        batch.close();
        flushOptions.close();
        writeOptions.close();
        options.close();
        filter.close();
        cache.close();
    }
}
