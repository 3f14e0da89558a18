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
    private static final ByteBuffer NO_SUMS = ByteBuffer.allocateDirect(8 << 10);

    private final BlockFile data;
    private final BlockFile sums;
    private final MemorySegment mapped;
    private volatile boolean dataDirty;
    private volatile boolean sumsDirty;

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

    void write(long block, ByteBuffer bytes) throws IOException {
        dataDirty = true;
        data.write(bytes, block * Blocks.BLOCK);
    }

    void writeSums(long block, ByteBuffer values) throws IOException {
        sumsDirty = true;
        sums.write(values, block * Long.BYTES);
    }

    /** Blocks read as zeros, their bytes are not touched. */
    void clearSums(long block, long count) throws IOException {
        long left = count * Long.BYTES;
        long at = block * Long.BYTES;
        sumsDirty = true;
        while (left > 0) {
            int now = (int) Math.min(left, NO_SUMS.capacity());
            sums.write(NO_SUMS.slice(0, now), at);
            at += now;
            left -= now;
        }
    }

    void punch(long block, long count) throws IOException {
        dataDirty = true;
        data.punch(block * Blocks.BLOCK, count * Blocks.BLOCK);
    }

    /**
     * Makes its bytes durable if any were written since. Locked, so that who finds nothing to do
     * knows that it is done.
     */
    synchronized void forceData() throws IOException {
        if (dataDirty) {
            dataDirty = false;
            boolean done = false;
            try {
                data.force();
                done = true;
            } finally {
                dataDirty |= !done;
            }
        }
    }

    synchronized void force() throws IOException {
        forceData();
        if (sumsDirty) {
            sumsDirty = false;
            boolean done = false;
            try {
                sums.force();
                done = true;
            } finally {
                sumsDirty |= !done;
            }
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
