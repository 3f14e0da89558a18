package io.brume.storage.block.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The files that the log is made of now, by their number: who reads a place finds its file here
 * without a lock. Thread-safe; a file that is freed meanwhile is noticed by its number.
 */
final class LiveFiles {
    /** More files can never be live at once. */
    static final int MOST = 255;

    private final AtomicReferenceArray<@Nullable JournalFile> ring =
            new AtomicReferenceArray<>(MOST + 1);
    private final long size;

    /**
     * @param size of a file; bytes
     */
    LiveFiles(long size) {
        this.size = size;
    }

    private int slot(long number) {
        return (int) (number % ring.length());
    }

    /** The file with a number, if the log still needs it. */
    @Nullable JournalFile find(long number) {
        JournalFile file = ring.get(slot(number));
        return file == null || file.number != number ? null : file;
    }

    /** The log goes on in a file, whose number is set. */
    void add(JournalFile file) {
        ring.set(slot(file.number), file);
    }

    void remove(long number) {
        ring.set(slot(number), null);
    }

    /** Whether the log needs it. */
    @SuppressWarnings("ReferenceEquality") // two files may have the number of one slot
    boolean isLive(JournalFile file) {
        return ring.get(slot(file.number)) == file;
    }

    /**
     * Reads bytes of a payload.
     *
     * @return false when that part of the log is not there any more. What is read may be another
     *     payload when the file is freed meanwhile: whoever reads compares the sums
     */
    boolean read(long place, ByteBuffer into) throws IOException {
        JournalFile file = find(place / size);
        if (file == null) {
            return false;
        }
        int wanted = into.remaining();
        return file.file.read(into, place % size) == wanted;
    }

    /**
     * Bytes of a payload where they are, for who frees the files: nobody else does meanwhile.
     *
     * @return null when that part of the log is not there any more
     */
    @Nullable ByteBuffer bytes(long place, int length) {
        JournalFile file = find(place / size);
        return file == null ? null : file.bytes(place % size, length);
    }

    /** Makes durable what was written between two places. */
    void force(long from, long to) throws IOException {
        for (long number = from / size; number <= to / size; number++) {
            JournalFile file = find(number);
            if (file != null) {
                file.file.force();
            }
        }
    }
}
