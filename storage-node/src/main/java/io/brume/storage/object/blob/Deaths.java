package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.data.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log of the records that are not needed any more, by their locations: a location is never used
 * twice, so the order does not matter. It is written anew without what no segment has any more.
 * Thread-safe.
 *
 * <pre>u64 location   u32 CRC-32C of it and the file's number   u32 0</pre>
 */
final class Deaths implements AutoCloseable {
    private static final int ENTRY = 16;
    private static final String SUFFIX = ".deaths";

    /** A file that has so many is full: 4 MiB. */
    private static final int MOST = 1 << 18;

    private final BlockFiles files;
    private final Path folder;
    private final Consumer<IOException> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock condensing = new ReentrantLock();

    /** Guarded by the lock. */
    private @Nullable Log current;

    /** Logs that are full; guarded by the lock. */
    private final List<Log> closing = new ArrayList<>();

    /** To be noted with whatever is noted next; guarded by the lock. */
    private final List<Long> later = new ArrayList<>();

    /** Guarded by the lock. */
    private int next = 1;

    /** Entries of files that are not written any more. */
    private volatile long closedEntries;

    /** Those of them that were needed when it was last written anew. */
    private volatile long kept;

    private static final class Log {
        final int number;
        final BlockFile file;
        final SharedForce force;
        int entries;

        Log(int number, BlockFile file) {
            this.number = number;
            this.file = file;
            this.force = new SharedForce(file, 0);
        }
    }

    /**
     * @param failed is told what ends everything
     */
    Deaths(BlockFiles files, Path folder, Consumer<IOException> failed) {
        this.files = files;
        this.folder = folder;
        this.failed = failed;
    }

    private Path path(int number) {
        return folder.resolve("%08x".formatted(number) + SUFFIX);
    }

    private List<Integer> stored() throws IOException {
        return files.list(folder).stream()
                .filter(name -> name.matches("[0-9a-f]{8}" + SUFFIX))
                .map(name -> Integer.parseInt(name, 0, 8, 16))
                .toList();
    }

    /** All locations that are in the log, sorted. */
    long[] open() throws IOException {
        files.createFolders(folder);
        for (String name : files.list(folder)) {
            if (name.endsWith(OwnFiles.UNFINISHED)) {
                files.delete(folder.resolve(name));
            }
        }
        long[] found = new long[0];
        for (int number : stored()) {
            long[] more = read(number);
            int before = found.length;
            found = Arrays.copyOf(found, before + more.length);
            System.arraycopy(more, 0, found, before, more.length);
            next = number + 1;
        }
        closedEntries = found.length;
        Arrays.sort(found);
        return found;
    }

    /** Whatever is whole counts, and is made durable: after a kill it may be in memory only. */
    private long[] read(int number) throws IOException {
        try (BlockFile file = files.open(path(number))) {
            file.force();
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), 1L << 30));
            file.read(bytes, 0);
            bytes.flip();
            long[] found = new long[bytes.remaining() / ENTRY];
            int count = 0;
            for (int at = 0; at + ENTRY <= bytes.limit(); at += ENTRY) {
                long location = bytes.getLong(at);
                if (location != 0 && bytes.getInt(at + 8) == sum(location, number)) {
                    found[count++] = location;
                }
            }
            return Arrays.copyOf(found, count);
        }
    }

    private static int sum(long location, int number) {
        var sum = new CRC32C();
        sum.update(ByteBuffer.allocate(12).putLong(location).putInt(number).flip());
        return (int) sum.getValue();
    }

    private static void put(ByteBuffer to, long location, int number) {
        to.putLong(location).putInt(sum(location, number)).putInt(0);
    }

    /** Notes a location before anything else is noted. */
    void addLater(long location) {
        lock.lock();
        try {
            later.add(location);
        } finally {
            lock.unlock();
        }
    }

    /** Notes locations; durable when it returns. */
    void add(List<Long> locations) throws IOException {
        Log to;
        long end;
        lock.lock();
        try {
            int count = later.size() + locations.size();
            if (count == 0) {
                return;
            }
            to = log();
            ByteBuffer bytes = ByteBuffer.allocate(count * ENTRY);
            for (long location : later) {
                put(bytes, location, to.number);
            }
            for (long location : locations) {
                put(bytes, location, to.number);
            }
            to.file.write(bytes.flip(), (long) to.entries * ENTRY);
            later.clear();
            to.entries += count;
            end = (long) to.entries * ENTRY;
            to.force.written(end);
        } catch (IOException e) {
            throw refused(e);
        } finally {
            lock.unlock();
        }
        try {
            to.force.await(end);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private IOException refused(IOException cause) {
        IOException told = FullDisk.told(cause);
        if (!(told instanceof NoSpaceException)) {
            failed.accept(cause);
        }
        return told;
    }

    private Log log() throws IOException {
        Log open = current;
        if (open != null && open.entries < MOST) {
            return open;
        }
        if (open != null) {
            current = null;
            long before = closedEntries;
            closedEntries = before + open.entries;
            // Who still waits for its fsync has it open: the file closes with the store.
            closing.add(open);
        }
        int number = next++;
        BlockFile file = files.open(path(number));
        boolean made = false;
        try {
            file.allocate((long) MOST * ENTRY);
            files.forceFolder(folder);
            made = true;
        } finally {
            if (!made) {
                file.close();
            }
        }
        Log fresh = new Log(number, file);
        current = fresh;
        return fresh;
    }

    /** Whether so much was noted since it was written anew that this is worth while. */
    boolean isLong() {
        return closedEntries > 2 * kept + MOST;
    }

    /**
     * Writes the log anew without what is not needed.
     *
     * @param needed whether a location is
     */
    void condense(LongPredicate needed) throws IOException {
        condensing.lock();
        try {
            List<Integer> old = endLogs();
            int number;
            lock.lock();
            try {
                number = next++;
            } finally {
                lock.unlock();
            }
            long count = 0;
            Path fresh = folder.resolve("%08x".formatted(number) + OwnFiles.UNFINISHED);
            try (BlockFile file = files.open(fresh)) {
                for (int one : old) {
                    long[] locations = Arrays.stream(read(one)).filter(needed).toArray();
                    ByteBuffer bytes = ByteBuffer.allocate(locations.length * ENTRY);
                    for (long location : locations) {
                        put(bytes, location, number);
                    }
                    file.write(bytes.flip(), count * ENTRY);
                    count += locations.length;
                }
                file.force();
            }
            files.replace(fresh, path(number));
            files.forceFolder(folder);
            for (int one : old) {
                files.delete(path(one));
            }
            closedEntries = count;
            kept = count;
        } finally {
            condensing.unlock();
        }
    }

    /** Ends the file that is written; which files there are. */
    private List<Integer> endLogs() throws IOException {
        lock.lock();
        try {
            Log open = current;
            current = null;
            if (open != null) {
                open.force.await((long) open.entries * ENTRY);
                closing.add(open);
            }
            return stored();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (current != null) {
                closing.add(current);
                current = null;
            }
            for (Log log : closing) {
                log.file.close();
            }
            closing.clear();
        } finally {
            lock.unlock();
        }
    }
}
