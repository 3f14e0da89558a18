package io.brume.storage.block;

import io.brume.proto.block.Blocks;
import io.brume.storage.block.files.BlockFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A replica's segments. One that was never written does not exist. Reading is thread-safe; whoever
 * writes holds the replica's apply lock.
 */
final class Segments {
    private final BlockFiles files;
    private final Path folder;
    private final long bytes;
    private final long blocks;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong suspect = new AtomicLong();
    private volatile @Nullable Segment[] list = new @Nullable Segment[0];
    private volatile boolean folderDirty;

    private Segments(BlockFiles files, Path folder, long bytes) {
        this.files = files;
        this.folder = folder;
        this.bytes = bytes;
        this.blocks = bytes / Blocks.BLOCK;
    }

    static Segments open(BlockFiles files, Path folder, long bytes) throws IOException {
        var segments = new Segments(files, folder, bytes);
        try {
            for (String name : files.list(folder)) {
                if (name.endsWith(".data")) {
                    int index = Integer.parseInt(name.substring(0, name.indexOf('.')));
                    segments.count(segments.make(index));
                }
            }
        } catch (IOException | RuntimeException e) {
            segments.close();
            throw e;
        }
        return segments;
    }

    private void count(Segment segment) throws IOException {
        for (long block = 0; block < blocks; block++) {
            change(0, segment.sum(block));
        }
    }

    private Segment make(int index) throws IOException {
        Segment segment = Segment.open(files, folder, index, bytes);
        @Nullable Segment[] longer = Arrays.copyOf(list, Math.max(list.length, index + 1));
        longer[index] = segment;
        list = longer;
        folderDirty = true;
        return segment;
    }

    private @Nullable Segment find(long block) {
        @Nullable Segment[] now = list;
        long index = block / blocks;
        return index < now.length ? now[(int) index] : null;
    }

    private Segment findOrMake(long block) throws IOException {
        Segment found = find(block);
        return found == null ? make((int) (block / blocks)) : found;
    }

    /** The first block behind the segment that a block is in. */
    long endOfSegment(long block) {
        return (block / blocks + 1) * blocks;
    }

    boolean exists(long block) {
        return find(block) != null;
    }

    long sum(long block) throws IOException {
        Segment segment = find(block);
        return segment == null ? Blocks.NEVER_WRITTEN : segment.sum(block % blocks);
    }

    /** Fills what remains of the buffer, all of it from one segment that exists. */
    void read(long block, ByteBuffer into) throws IOException {
        Segment segment = find(block);
        if (segment == null) {
            throw new IOException("block " + block + " has a sum and no segment");
        }
        segment.read(block % blocks, into);
    }

    /** Writes blocks of one segment: their bytes, then their sums. */
    void write(long block, ByteBuffer content, ByteBuffer sums) throws IOException {
        Segment segment = findOrMake(block);
        segment.write(block % blocks, content);
        writeSums(segment, block, sums);
    }

    /** Writes bytes of blocks of one segment; their sums are to follow. */
    void writeBytes(long block, ByteBuffer content) throws IOException {
        findOrMake(block).write(block % blocks, content);
    }

    /** Fills what remains of the buffer with sums of blocks of one segment; it stays as it is. */
    void sums(long block, ByteBuffer into) throws IOException {
        for (int at = into.position(); at < into.limit(); at += Long.BYTES) {
            into.putLong(at, sum(block + (at - into.position()) / Long.BYTES));
        }
    }

    /** Writes blocks, of any number of segments, that the journal has only the sums of. */
    void writeInPlace(long block, ByteBuffer sums, ByteBuffer content) throws IOException {
        int end = content.limit();
        int startOfSums = sums.position();
        int endOfSums = sums.limit();
        long at = block;
        while (content.hasRemaining()) {
            int count = (int) Math.min(content.remaining() / Blocks.BLOCK, endOfSegment(at) - at);
            Segment segment = findOrMake(at);
            content.limit(content.position() + count * Blocks.BLOCK);
            segment.writeInPlace(at % blocks, content);
            sums.limit(sums.position() + count * Long.BYTES);
            writeSums(segment, at, sums);
            content.limit(end);
            sums.limit(endOfSums);
            at += count;
        }
        sums.position(startOfSums);
    }

    /** Writes sums only. */
    void writeSums(long block, ByteBuffer sums) throws IOException {
        writeSums(findOrMake(block), block, sums);
    }

    private void writeSums(Segment segment, long block, ByteBuffer sums) throws IOException {
        long first = block % blocks;
        int start = sums.position();
        int end = sums.limit();
        for (int i = start; i < end; i += Long.BYTES) {
            change(segment.sum(first + (i - start) / Long.BYTES), sums.getLong(i));
        }
        try {
            segment.writeSums(first, sums);
        } catch (IOException e) {
            // What a full disk refuses is written again, and is not to be counted twice.
            for (int i = start; i < end; i += Long.BYTES) {
                change(sums.getLong(i), segment.sum(first + (i - start) / Long.BYTES));
            }
            throw e;
        }
    }

    private void change(long before, long after) {
        count(stored, before != 0, after != 0);
        count(suspect, before == Blocks.SUSPECT, after == Blocks.SUSPECT);
    }

    private static void count(AtomicLong which, boolean before, boolean after) {
        if (before != after) {
            which.addAndGet(after ? 1 : -1);
        }
    }

    /** Makes a range read as zeros. */
    void zero(long from, long to) throws IOException {
        for (long start = from; start < to; start = endOfSegment(start)) {
            Segment segment = find(start);
            long end = Math.min(to, endOfSegment(start));
            if (segment != null) {
                zero(segment, start % blocks, end - start);
            }
        }
    }

    private void zero(Segment segment, long from, long count) throws IOException {
        long first = -1;
        long last = -1;
        for (long block = from; block < from + count; block++) {
            long sum = segment.sum(block);
            if (sum != 0) {
                first = first < 0 ? block : first;
                last = block;
                change(sum, 0);
            }
        }
        if (first >= 0) {
            segment.clearSums(first, last - first + 1);
        }
        // Always, and all of it: bytes that no sum tells of may be what a write in place left that
        // was cut off, and another one must not uncover them.
        segment.punch(from, count);
    }

    /** Makes durable what was written. */
    void force() throws IOException {
        for (Segment segment : list) {
            if (segment != null) {
                segment.force();
            }
        }
        forceFolder();
    }

    private synchronized void forceFolder() throws IOException {
        if (folderDirty) {
            folderDirty = false;
            boolean done = false;
            try {
                files.forceFolder(folder);
                done = true;
            } finally {
                folderDirty |= !done;
            }
        }
    }

    /** Makes durable the bytes that were written in place. */
    void forceInPlace() throws IOException {
        for (Segment segment : list) {
            if (segment != null) {
                segment.forceInPlace();
            }
        }
        forceFolder();
    }

    long storedBytes() {
        return stored.get() * Blocks.BLOCK;
    }

    long suspectBlocks() {
        return suspect.get();
    }

    void close() throws IOException {
        IOException failure = null;
        for (Segment segment : list) {
            try {
                if (segment != null) {
                    segment.close();
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        list = new @Nullable Segment[0];
        if (failure != null) {
            throw failure;
        }
    }
}
