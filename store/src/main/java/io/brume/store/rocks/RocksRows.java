package io.brume.store.rocks;

import io.brume.store.Bytes;
import io.brume.store.machine.RowView;
import io.brume.store.machine.RowsFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows in a RocksDB database. The database lives in a numbered directory, and a small file says
 * which: replacing all rows is filling another directory and replacing that file. An old directory
 * is removed when its last reader is gone, or at the next start.
 *
 * <p>All tables share one key space (one column family), because with the write-ahead log off only
 * one memory table makes a flush atomic for free, and because a range over any table and index is
 * then one iterator.
 */
public final class RocksRows implements DurableRows {
    private static final Logger LOG = LoggerFactory.getLogger(RocksRows.class);
    private static final String CURRENT = "current";
    private static final String PREFIX = "rows-";
    private static final String DIGEST = ".md5";
    private static final String IMMUTABLE = ".sst";
    private static final int CLOSE_SECONDS = 10;

    private final Path directory;
    private final Disk disk;
    private final NativeReads reads;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile long number;
    private Database database;

    private RocksRows(Path directory, Disk disk, String name) throws IOException {
        this.directory = directory;
        this.disk = disk;
        disk.createDirectories(directory);
        String current = disk.read(directory.resolve(CURRENT));
        number = current == null ? 1 : Long.parseLong(current.strip());
        for (String leftover : disk.list(directory)) {
            if (leftover.startsWith(PREFIX) && !leftover.equals(PREFIX + number)) {
                disk.remove(directory.resolve(leftover));
            }
        }
        if (current == null) {
            disk.createDirectories(path(number));
            disk.replace(directory.resolve(CURRENT), Long.toString(number));
        }
        this.reads = new NativeReads(name);
        this.database = open(number);
    }

    /**
     * Opens the rows of a directory that no other program uses, or makes them.
     *
     * @param name for the names of threads
     */
    public static RocksRows open(Path directory, Disk disk, String name) {
        try {
            return new RocksRows(directory, disk, name);
        } catch (IOException e) {
            throw new RowsFailedException("cannot open the rows", e);
        }
    }

    private Path path(long generation) {
        return directory.resolve(PREFIX + generation);
    }

    private Database open(long generation) {
        return new Database(path(generation), () -> closed(generation));
    }

    /** Runs when the last user of a generation is gone. */
    private void closed(long generation) {
        if (closing) {
            ended.countDown();
            return;
        }
        if (generation >= number) {
            // An install failed half way: which generation is the current one, the next start says.
            return;
        }
        try {
            disk.remove(path(generation));
        } catch (IOException e) {
            LOG.warn("generation {} stays until the next start", generation, e);
        }
    }

    @Override
    public void write(Map<Bytes, Optional<byte[]>> changes) {
        try {
            WriteBatch batch = database.batch();
            batch.clear();
            for (Map.Entry<Bytes, Optional<byte[]>> change : changes.entrySet()) {
                byte[] key = change.getKey().unsafeArray();
                if (change.getValue().isPresent()) {
                    batch.put(key, change.getValue().get());
                } else {
                    batch.delete(key);
                }
            }
            database.write();
        } catch (RocksDBException e) {
            throw new RowsFailedException("rows cannot be written", e);
        }
    }

    @Override
    public RowView view() {
        return new RocksView(database, reads);
    }

    @Override
    public void flush() {
        try {
            database.flush();
        } catch (RocksDBException e) {
            throw new RowsFailedException("rows cannot be made durable", e);
        }
    }

    @Override
    public void checkpoint(Path target) {
        try {
            database.flush();
            database.checkpoint(target);
            for (String name : disk.list(target)) {
                disk.sync(target.resolve(name));
            }
            disk.sync(target);
        } catch (RocksDBException | IOException e) {
            throw new RowsFailedException("rows cannot be made durable", e);
        }
    }

    @Override
    public void install(Path checkpoint) {
        long next = number + 1;
        try {
            Path fresh = path(next);
            disk.remove(fresh);
            disk.createDirectories(fresh);
            for (String name : disk.list(checkpoint)) {
                if (name.endsWith(IMMUTABLE)) {
                    disk.link(checkpoint.resolve(name), fresh.resolve(name));
                } else if (!name.endsWith(DIGEST)) {
                    disk.copy(checkpoint.resolve(name), fresh.resolve(name));
                }
            }
            disk.sync(fresh);
            Database replacement = open(next);
            try {
                disk.replace(directory.resolve(CURRENT), Long.toString(next));
            } catch (IOException e) {
                replacement.release();
                throw e;
            }
            Database old = database;
            database = replacement;
            number = next;
            old.release();
        } catch (IOException e) {
            throw new RowsFailedException("a checkpoint cannot be installed", e);
        }
    }

    @Override
    public void close() {
        closing = true;
        database.release();
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("readers still hold the rows; they are closed after the last");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reads.close();
    }
}
