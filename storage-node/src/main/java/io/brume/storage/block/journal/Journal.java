package io.brume.storage.block.journal;

import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

    private final JournalFolder folder;
    private final long size;
    private final int mostFiles;
    private final LiveFiles live;
    private final GroupCommit commit;

    private final ReentrantLock lock = new ReentrantLock();
    private final Backlog backlog;
    private final Map<Long, JournalVolume> volumes = new HashMap<>();
    private final ByteBuffer head =
            ByteBuffer.allocateDirect(JournalRecord.HEAD + JournalRecord.MOST_SUMS);
    private final ByteBuffer[] parts = new ByteBuffer[2];
    private final CRC32C check = new CRC32C();
    private @Nullable JournalFile current;
    private long position;

    private Journal(JournalFolder folder, int mostFiles) {
        this.folder = folder;
        this.size = folder.size();
        this.mostFiles = Math.min(mostFiles, LiveFiles.MOST);
        this.live = new LiveFiles(size);
        this.commit = new GroupCommit(live);
        this.backlog = new Backlog(lock, commit, size, this.mostFiles);
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
            long first = folder.lastNumber() + 1;
            backlog.needsFrom(first);
            if (next == null) {
                next = folder.make();
            }
            commit.synced(first * size);
            ByteBuffer begin = beginning(first);
            // How far everybody was must be there before the old files are not needed any more.
            next.file.write(
                    begin.slice(JournalFile.START, begin.capacity() - JournalFile.START),
                    JournalFile.START);
            next.file.force();
            next.file.write(begin.slice(0, JournalFile.START), 0);
            next.file.force();
            started(next, first, begin.capacity());
            commit.synced(commit.appended());
            for (JournalFile file : folder.all()) {
                if (file != next) {
                    if (live.isLive(file)) {
                        live.remove(file.number);
                    }
                    backlog.addSpare(file);
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
        new JournalFile.Head(number, backlog.oldest(), commit.synced(), size).write(begin);
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
                backlog.added(file, payloadBytes);
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
        if (file == null || backlog.isClosed()) {
            throw new IOException("the journal is closed");
        }
        return file;
    }

    /** Goes on in the next file; false when there is none. */
    private boolean roll() throws IOException {
        JournalFile file = writable();
        JournalFile next = backlog.takeSpare();
        if (next == null) {
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
        backlog.wake();
        return true;
    }

    /** Waits until a file is free; with nothing locked that the applier needs. */
    public void awaitRoom() throws IOException {
        lock.lock();
        try {
            backlog.awaitSpare();
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
     * or the journal ended.
     *
     * @param wait or answer at once
     * @return the number of the oldest full file, or -1
     */
    public long awaitWork(boolean wait) throws IOException {
        lock.lock();
        try {
            JournalFile file = current;
            while (file != null && !backlog.isClosed() && commit.failure() == null) {
                switch (backlog.look(file, wait)) {
                    case APPLY -> {
                        return backlog.oldest();
                    }
                    case OTHER -> {
                        return -1;
                    }
                    case FINISH_FILE -> roll();
                    case ASK_AGAIN -> {}
                }
                file = current;
            }
            return -1;
        } catch (IOException e) {
            throw fail(e);
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@link #awaitWork} return. */
    public void wake() {
        lock.lock();
        try {
            backlog.wake();
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
            if (backlog.isAllDone()) {
                roll();
                backlog.want(writable().number);
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
            if (number != backlog.oldest() || file == null || file == current) {
                throw new IllegalStateException("file " + number + " of the journal is in use");
            }
            live.remove(number);
            backlog.needsFrom(number + 1);
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
            backlog.addSpare(file);
        } finally {
            lock.unlock();
        }
    }

    /** Whether hardly a file is free, and there may be more. */
    public boolean isShort() {
        lock.lock();
        try {
            return backlog.spares() <= 1
                    && folder.all().size() < mostFiles
                    && !backlog.isClosed()
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
            backlog.addSpare(made);
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything with a failure. */
    public IOException fail(IOException cause) {
        IOException first = commit.fail(cause);
        lock.lock();
        try {
            backlog.signalAll();
        } finally {
            lock.unlock();
        }
        return first;
    }

    /** Runs something when it fails. */
    public void whenFailed(Runnable task) {
        commit.whenFailed(task);
    }

    /** What ended it. */
    public @Nullable IOException failure() {
        return commit.failure();
    }

    /** Stops it; what was appended stays. */
    public void stop() {
        lock.lock();
        try {
            backlog.close();
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
