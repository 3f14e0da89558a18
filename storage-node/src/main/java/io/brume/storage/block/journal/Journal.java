package io.brume.storage.block.journal;

import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log. A place in it is a number that only grows: number of the file * size of a file +
 * position.
 *
 * <p>Life: open, {@link #register} the volumes, {@link #recover}, {@link #begin}, then everything
 * else. Thread-safe after {@link #begin}. The first write or fsync that fails is its end:
 * everything answers with that failure from then on.
 */
public final class Journal implements AutoCloseable {
    /** What {@link #append} answers when it has to wait: {@link #awaitRoom} first. */
    public static final long NO_ROOM = -1;

    /**
     * While writers are busy, one in so many files may be full without being worked on: a burst is
     * not slowed down by its own end, and what is overwritten meanwhile is written once.
     */
    private static final int BACKLOG_SHARE = 4;

    /** Without a record for so long, nobody is busy. */
    private static final long IDLE_NANOS = 100_000_000;

    /** One in so many of a file's bytes is worth its being finished when nobody is busy. */
    private static final int WORTH_SHARE = 16;

    private final JournalFolder folder;
    private final long size;
    private final int mostFiles;
    private final int backlog;
    private final LiveFiles live;
    private final GroupCommit commit;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final Map<Long, JournalVolume> volumes = new HashMap<>();
    private final Deque<JournalFile> spare = new ArrayDeque<>();
    private final ByteBuffer head =
            ByteBuffer.allocateDirect(JournalRecord.HEAD + JournalRecord.MOST_SUMS);
    private final ByteBuffer[] parts = new ByteBuffer[2];
    private final CRC32C check = new CRC32C();
    private @Nullable JournalFile current;
    private long position;
    private long oldest;
    private long wanted;
    private boolean woken;
    private boolean closed;

    private Journal(JournalFolder folder, int mostFiles) {
        this.folder = folder;
        this.size = folder.size();
        this.mostFiles = Math.min(mostFiles, LiveFiles.MOST);
        this.backlog = this.mostFiles / BACKLOG_SHARE;
        this.live = new LiveFiles(size);
        this.commit = new GroupCommit(live);
    }

    /**
     * Opens the files of a folder, or makes the first ones.
     *
     * @param fileBytes of a file; one that has begun keeps its size
     * @param mostFiles when so many are in use, writers wait
     */
    public static Journal open(BlockFiles files, Path folder, long fileBytes, int mostFiles)
            throws IOException {
        return new Journal(JournalFolder.open(files, folder, fileBytes), mostFiles);
    }

    /** Whether it has ever been used. */
    public boolean isNew() throws IOException {
        return folder.lastNumber() == 0;
    }

    /** From now on each file begins with how far this volume is. */
    public void register(JournalVolume volume) throws IOException {
        lock.lock();
        try {
            if ((volumes.size() + 2L) * JournalRecord.HEAD * 4 > size - JournalFile.SLACK) {
                throw new IOException("the journal's files are too small for more volumes");
            }
            volumes.put(volume.number(), volume);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a volume; its records are skipped when the log is replayed. */
    public void remove(JournalVolume volume) {
        lock.lock();
        try {
            volumes.remove(volume.number());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells every record in order, up to the first that is not whole.
     *
     * @throws IOException when something that was durable is damaged or missing
     */
    public void recover(Replay replay) throws IOException {
        // What is about to be applied may be in the page cache only: the program ended, not the
        // power.
        folder.force();
        new JournalScan(folder.all(), live, size)
                .run(
                        record -> {
                            JournalVolume volume = volumes.get(record.volume());
                            if (volume != null && record.kind() != RecordKind.END) {
                                volume.sequence(Math.max(volume.sequence(), record.sequence()));
                                volume.settle(record.settled());
                            }
                        },
                        replay);
    }

    /**
     * Begins a new file, after everything that was recovered has been applied and made durable. The
     * old ones are not needed from here on.
     */
    public void begin() throws IOException {
        lock.lock();
        try {
            JournalFile next = null;
            for (JournalFile file : folder.all()) {
                if (!live.isLive(file)) {
                    next = file;
                }
            }
            oldest = folder.lastNumber() + 1;
            if (next == null) {
                next = folder.make();
            }
            commit.synced(oldest * size);
            ByteBuffer begin = beginning(oldest);
            // How far everybody was must be there before the old files are not needed any more.
            next.file.write(
                    begin.slice(JournalFile.START, begin.capacity() - JournalFile.START),
                    JournalFile.START);
            next.file.force();
            next.file.write(begin.slice(0, JournalFile.START), 0);
            next.file.force();
            started(next, oldest, begin.capacity());
            commit.synced(commit.appended());
            for (JournalFile file : folder.all()) {
                if (file != next) {
                    if (live.isLive(file)) {
                        live.remove(file.number);
                    }
                    spare.add(file);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The head of a file, and how far everybody is. */
    private ByteBuffer beginning(long number) {
        ByteBuffer begin =
                ByteBuffer.allocate(JournalFile.START + volumes.size() * JournalRecord.HEAD);
        new JournalFile.Head(number, oldest, commit.synced(), size).write(begin);
        for (JournalVolume volume : volumes.values()) {
            JournalRecord.write(
                    begin,
                    check,
                    RecordKind.STATE,
                    number * size + begin.position(),
                    commit.synced(),
                    volume,
                    volume.sequence(),
                    0,
                    0,
                    null,
                    0);
        }
        return begin.flip();
    }

    private void started(JournalFile next, long number, int begun) {
        next.number = number;
        next.dataBytes = 0;
        current = next;
        position = begun;
        live.add(next);
        commit.appended(number * size + position);
    }

    /**
     * Appends a record. It survives the end of this program, and after {@link #sync} the loss of
     * power.
     *
     * @param sums read from its position, which stays
     * @param payload read from its position, which is moved on
     * @return the place of its payload, or {@link #NO_ROOM}
     */
    public long append(
            JournalVolume volume,
            RecordKind kind,
            long sequence,
            long offset,
            long length,
            @Nullable ByteBuffer sums,
            @Nullable ByteBuffer payload)
            throws IOException {
        int sumBytes = sums == null ? 0 : sums.remaining();
        int payloadBytes = payload == null ? 0 : payload.remaining();
        long bytes = JournalRecord.size(sumBytes, payloadBytes);
        if (bytes > size - JournalFile.SLACK - 2 * JournalFile.START) {
            throw new IllegalArgumentException(bytes + " bytes in a journal of " + size);
        }
        lock.lock();
        try {
            commit.checkFailure();
            if (position + bytes > size - JournalFile.SLACK - JournalRecord.HEAD && !roll()) {
                return NO_ROOM;
            }
            JournalFile file = writable();
            long place = file.number * size + position;
            head.clear();
            JournalRecord.write(
                    head,
                    check,
                    kind,
                    place,
                    commit.synced(),
                    volume,
                    sequence,
                    offset,
                    length,
                    sums,
                    payloadBytes);
            head.flip();
            if (payload == null) {
                file.file.write(head, position);
            } else {
                parts[0] = head;
                parts[1] = payload;
                file.file.append(parts, position);
            }
            position += bytes;
            if (kind == RecordKind.DATA) {
                boolean before = isWorthIt(file);
                file.dataBytes += payloadBytes;
                if (isWorthIt(file) != before) {
                    work.signalAll();
                }
            }
            volume.sequence(Math.max(volume.sequence(), sequence));
            commit.appended(place + bytes);
            return place + JournalRecord.HEAD + sumBytes;
        } catch (IOException e) {
            throw fail(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Fine while records can be appended.
     *
     * @throws IOException when it has failed or was stopped
     */
    public void checkOpen() throws IOException {
        lock.lock();
        try {
            commit.checkFailure();
            var _ = writable();
        } finally {
            lock.unlock();
        }
    }

    private JournalFile writable() throws IOException {
        JournalFile file = current;
        if (file == null || closed) {
            throw new IOException("the journal is closed");
        }
        return file;
    }

    /** Goes on in the next file; false when there is none. */
    private boolean roll() throws IOException {
        JournalFile file = writable();
        JournalFile next = spare.poll();
        if (next == null) {
            work.signalAll();
            return false;
        }
        head.clear();
        JournalRecord.write(
                head,
                check,
                RecordKind.END,
                file.number * size + position,
                commit.synced(),
                new JournalVolume(0),
                0,
                0,
                0,
                null,
                0);
        file.file.write(head.flip(), position);
        long number = file.number + 1;
        ByteBuffer begin = beginning(number);
        next.file.write(begin, 0);
        started(next, number, begin.capacity());
        woken = true;
        work.signalAll();
        return true;
    }

    /** Waits until a file is free; with nothing locked that the applier needs. */
    public void awaitRoom() throws IOException {
        lock.lock();
        try {
            while (spare.isEmpty() && commit.failure() == null && !closed) {
                room.awaitUninterruptibly();
            }
            commit.checkFailure();
        } finally {
            lock.unlock();
        }
    }

    /** Everything before this place is in the log. */
    public long appended() {
        return commit.appended();
    }

    /** Everything before this place survives the loss of power. */
    public long synced() {
        return commit.synced();
    }

    /**
     * Returns when everything before a place survives the loss of power. One fsync serves everybody
     * who waits.
     */
    public void sync(long before) throws IOException {
        try {
            commit.sync(before);
        } catch (IOException e) {
            fail(e);
            throw e;
        }
    }

    /** Makes everything durable; what is being recovered is. */
    public void syncIfBegun() throws IOException {
        if (commit.appended() > 0) {
            sync(commit.appended());
        }
    }

    /**
     * Reads bytes of a payload.
     *
     * @return false when that part of the log is not there any more. What is read may be another
     *     payload when the file is freed meanwhile: whoever reads compares the sums
     */
    public boolean read(long place, ByteBuffer into) throws IOException {
        return live.read(place, into);
    }

    /**
     * Bytes of a payload where they are, for the thread that calls {@link #free}; valid until then.
     *
     * @throws IOException when that part of the log is not there any more
     */
    public ByteBuffer bytes(long place, int length) throws IOException {
        ByteBuffer bytes = live.bytes(place, length);
        if (bytes == null) {
            throw new IOException("what is to be applied is not in the journal");
        }
        return bytes;
    }

    /** The place where the file after this one begins. */
    public long endOf(long number) {
        return (number + 1) * size;
    }

    /** Bytes of a file. */
    public long fileBytes() {
        return size;
    }

    /**
     * Waits until there is a full file to work on, another one was begun, {@link #wake} was called,
     * or the journal ended. A full file is to be worked on when nobody is busy, or too many are;
     * when nobody is busy the one that is written ends early, if there is much in it.
     *
     * @param wait or answer at once
     * @return the number of the oldest full file, or -1
     */
    public long awaitWork(boolean wait) throws IOException {
        lock.lock();
        try {
            while (true) {
                JournalFile file = current;
                if (closed || commit.failure() != null || file == null) {
                    return -1;
                }
                if (isWanted(file)) {
                    return oldest;
                }
                if (woken || !wait) {
                    woken = false;
                    return -1;
                }
                if (oldest == file.number && !isWorthIt(file)) {
                    work.awaitUninterruptibly();
                } else if (isIdle()) {
                    if (oldest < file.number) {
                        return oldest;
                    }
                    roll();
                }
            }
        } catch (IOException e) {
            throw fail(e);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWorthIt(JournalFile file) {
        return file.dataBytes >= size / WORTH_SHARE;
    }

    /** Whether the oldest file is to be worked on, be anybody busy or not. */
    private boolean isWanted(JournalFile file) {
        long full = file.number - oldest;
        return full > 0 && (full > backlog || spare.isEmpty() || oldest < wanted);
    }

    /** Waits; whether nothing was appended meanwhile, and nobody wants anything. */
    private boolean isIdle() {
        long before = commit.appended();
        long left = IDLE_NANOS;
        try {
            while (left > 0 && isStill(before)) {
                left = work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return isStill(before);
    }

    private boolean isStill(long appended) {
        return commit.appended() == appended && !woken && !closed && commit.failure() == null;
    }

    /** Lets {@link #awaitWork} return. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on in another file if there is one, so that what is there now is soon applied. Asking
     * again before it is does nothing.
     */
    public void finishFile() throws IOException {
        lock.lock();
        try {
            commit.checkFailure();
            if (oldest >= wanted) {
                roll();
                wanted = writable().number;
                work.signalAll();
            }
        } catch (IOException e) {
            throw fail(e);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of blocks that a file holds. */
    public long dataBytes(long number) {
        lock.lock();
        try {
            JournalFile file = live.find(number);
            return file == null ? 0 : file.dataBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest file is not needed any more: what it holds is durable elsewhere. */
    public void free(long number) throws IOException {
        sync(commit.appended());
        JournalFile file;
        lock.lock();
        try {
            file = live.find(number);
            if (number != oldest || file == null || file == current) {
                throw new IllegalStateException("file " + number + " of the journal is in use");
            }
            live.remove(number);
            oldest = number + 1;
        } finally {
            lock.unlock();
        }
        // Before anything else is written to it, the disk must know that it is not needed.
        ByteBuffer sector = ByteBuffer.allocate(JournalFile.START);
        new JournalFile.Head(number, number + 1, commit.synced(), size).write(sector);
        file.file.write(sector.flip(), 0);
        file.file.force();
        lock.lock();
        try {
            spare.add(file);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether hardly a file is free, and there may be more. */
    public boolean isShort() {
        lock.lock();
        try {
            return spare.size() <= 1
                    && folder.all().size() < mostFiles
                    && !closed
                    && commit.failure() == null;
        } finally {
            lock.unlock();
        }
    }

    /** Makes another file, for the one thread that does. */
    public void extend() throws IOException {
        // The list is this thread's own; the space is allocated unlocked.
        JournalFile made = folder.make();
        lock.lock();
        try {
            spare.add(made);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything with a failure. */
    public IOException fail(IOException cause) {
        IOException first = commit.fail(cause);
        lock.lock();
        try {
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        return first;
    }

    /** What ended it. */
    public @Nullable IOException failure() {
        return commit.failure();
    }

    /** Stops it; what was appended stays. */
    public void stop() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        folder.close();
    }
}
