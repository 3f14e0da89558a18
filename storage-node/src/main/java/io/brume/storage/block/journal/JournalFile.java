package io.brume.storage.block.journal;

import io.brume.storage.block.files.BlockFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of the journal: made once, all its space allocated, and used again and again with a
 * growing number. Its name says nothing; its first sector says which part of the log it holds.
 *
 * <pre>
 *  0 u64 magic   8 u64 number   16 u64 number of the oldest file that the log needs
 * 24 u64 what was durable when it was begun   32 u64 size of a file   40 u32 CRC-32C
 * </pre>
 *
 * <p>The last {@link #SLACK} bytes are never used, so that a cut tail costs nothing.
 */
final class JournalFile {
    /** Where the records begin. */
    static final int START = 512;

    static final int SLACK = 8 << 10;
    private static final long MAGIC = 0x4252554D454A4E31L;
    private static final int CHECKED = 40;

    final BlockFile file;
    final long size;

    /** Its content, to be read. */
    private final MemorySegment mapped;

    /** Which part of the log it holds; guarded by the journal, read by anybody. */
    volatile long number;

    /** Bytes of blocks that are in it; guarded by the journal's lock. */
    long dataBytes;

    /**
     * @param file of that size
     */
    JournalFile(BlockFile file, long size) throws IOException {
        this.file = file;
        this.size = size;
        this.mapped = file.map(size);
    }

    /** Bytes of it where they are; not to be changed. */
    ByteBuffer bytes(long position, int length) {
        return mapped.asSlice(position, length).asByteBuffer();
    }

    /** A file's first sector. */
    record Head(long number, long oldest, long durable, long size) {
        void write(ByteBuffer to) {
            int start = to.position();
            to.putLong(MAGIC).putLong(number).putLong(oldest).putLong(durable).putLong(size);
            var check = new CRC32C();
            check.update(to.slice(start, CHECKED));
            to.putInt((int) check.getValue());
            to.position(start + START);
        }
    }

    /**
     * Reads a file's first sector.
     *
     * @return null when the file was never begun
     * @throws IOException when the sector is damaged
     */
    static @Nullable Head head(BlockFile file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(START);
        file.read(sector, 0);
        sector.position(0).limit(START);
        if (sector.getLong(0) == 0 && sector.getInt(CHECKED) == 0) {
            return null;
        }
        var check = new CRC32C();
        check.update(sector.slice(0, CHECKED));
        if (sector.getLong(0) != MAGIC || sector.getInt(CHECKED) != (int) check.getValue()) {
            throw new IOException("the head of a journal file is damaged");
        }
        return new Head(
                sector.getLong(8), sector.getLong(16), sector.getLong(24), sector.getLong(32));
    }

    /** Allocates all its space. */
    static void fill(BlockFile file, long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(1 << 20, size));
        for (long at = 0; at < size; at += zeros.capacity()) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), size - at));
            file.write(zeros, at);
        }
        file.force();
    }
}
