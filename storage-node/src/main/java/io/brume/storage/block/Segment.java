package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFile;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * One file of a volume's blocks, and the file of their sums. Both have their whole size from the
 * beginning, with holes. Reading is thread-safe; whoever writes holds the replica's apply lock.
 */
final class Segment {
    private static final ValueLayout.OfLong BIG_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10);

    private final BlockFile data;
    private final BlockFile sums;
    private final MemorySegment mapped;
    private volatile boolean dataDirty;
    private volatile boolean sumsDirty;
    private volatile boolean inPlaceDirty;
    private boolean broken;

    private Segment(BlockFile data, BlockFile sums, MemorySegment mapped) {
        this.data = data;
        this.sums = sums;
        this.mapped = mapped;
    }

    /** Opens a segment, or makes it; the folder is still to be forced then. */
    static Segment open(BlockFiles files, Path folder, int index, long bytes) throws IOException {
        long sumBytes = bytes / Blocks.BLOCK * Long.BYTES;
        BlockFile data = files.open(folder.resolve("%05d.data".formatted(index)));
        try {
            BlockFile sums = files.open(folder.resolve("%05d.sums".formatted(index)));
            try {
                if (sums.size() != 0 && sums.size() != sumBytes) {
                    throw new IOException("the sums of segment " + index + " are cut off");
                }
                sums.resize(sumBytes);
                data.resize(bytes);
                var segment = new Segment(data, sums, sums.map(sumBytes));
                segment.dataDirty = true;
                segment.sumsDirty = true;
                return segment;
            } catch (IOException | RuntimeException e) {
                sums.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** The sum of a block. */
    long sum(long block) throws IOException {
        try {
            return mapped.get(BIG_ENDIAN, block * Long.BYTES);
        } catch (InternalError e) {
            // That is how the JDK tells that the disk could not read the page.
            throw new IOException("the sums cannot be read", e);
        }
    }

    void read(long block, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        if (data.read(into, block * Blocks.BLOCK) != wanted) {
            throw new IOException("a segment is cut off");
        }
    }

    // The marks are set after the write: a force beside it may take a mark that was set before and
    // not see the write.

    void write(long block, ByteBuffer bytes) throws IOException {
        try {
            data.write(bytes, block * Blocks.BLOCK);
        } finally {
            dataDirty = true;
        }
    }

    /** Writes bytes that the journal does not have. */
    void writeInPlace(long block, ByteBuffer bytes) throws IOException {
        try {
            data.write(bytes, block * Blocks.BLOCK);
        } finally {
            inPlaceDirty = true;
        }
    }

    void writeSums(long block, ByteBuffer values) throws IOException {
        try {
            sums.write(values, block * Long.BYTES);
        } finally {
            sumsDirty = true;
        }
    }

    /** Blocks read as zeros; their bytes are not touched. */
    void clearSums(long block, long count) throws IOException {
        try {
            clear(sums, block * Long.BYTES, count * Long.BYTES);
        } finally {
            sumsDirty = true;
        }
    }

    private static void clear(BlockFile file, long from, long bytes) throws IOException {
        for (long done = 0; done < bytes; done += ZEROS.capacity()) {
            int now = (int) Math.min(bytes - done, ZEROS.capacity());
            file.write(ZEROS.slice(0, now), from + done);
        }
    }

    void punch(long block, long count) throws IOException {
        try {
            data.punch(block * Blocks.BLOCK, count * Blocks.BLOCK);
        } finally {
            dataDirty = true;
        }
    }

    /**
     * Makes durable what was written in place before. Locked, so that who finds nothing to do knows
     * that it is done.
     */
    synchronized void forceInPlace() throws IOException {
        if (inPlaceDirty || broken) {
            forceData();
        }
    }

    private void forceData() throws IOException {
        dataDirty = false;
        inPlaceDirty = false;
        force(data);
    }

    /** Once it has failed it fails for ever: forcing again would say yes to what is lost. */
    private void force(BlockFile file) throws IOException {
        if (broken) {
            throw new IOException("an earlier force of this segment has failed");
        }
        broken = true;
        file.force();
        broken = false;
    }

    /** Makes durable whatever was written before. */
    synchronized void force() throws IOException {
        if (dataDirty || inPlaceDirty || broken) {
            forceData();
        }
        if (sumsDirty) {
            sumsDirty = false;
            force(sums);
        }
    }

    void close() throws IOException {
        try {
            data.close();
        } finally {
            sums.close();
        }
    }
}
