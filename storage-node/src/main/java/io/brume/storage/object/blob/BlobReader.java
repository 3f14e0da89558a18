package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.object.data.ContentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of one blob. Only the runs that the range touches are read and verified. Bytes are
 * read, not mapped: what a broken disk does not give is an exception then, not the end of the
 * program.
 */
final class BlobReader implements ContentReader {
    /** What is sent from the file at once, at most. */
    private static final int REGION = 1 << 20;

    private final BlobHeader header;
    private final BlockFile file;
    private final long dataAt;
    private final BufferPool buffers;
    private final ByteBuffer buffer;
    private final Runnable release;
    private final @Nullable FileChannel channel;
    private final long end;
    private long at;
    private boolean whole;
    private boolean closed;

    /**
     * @param dataAt where the blob's bytes begin in the file
     * @param regions whether it may give regions of the file
     * @param buffer of the pool, with room for a run; given back when closed
     * @param release what is to be done when closed
     */
    BlobReader(
            BlobHeader header,
            BlockFile file,
            long dataAt,
            long offset,
            long length,
            boolean regions,
            BufferPool buffers,
            ByteBuffer buffer,
            Runnable release) {
        this.header = header;
        this.file = file;
        this.dataAt = dataAt;
        this.at = offset;
        this.end = offset + length;
        this.buffers = buffers;
        this.buffer = buffer;
        this.release = release;
        this.channel = regions && length > RunSums.RUN ? file.channel() : null;
    }

    /** The buffer has all bytes of the blob already, from its position to its limit. */
    BlobReader withBytes() {
        whole = true;
        return this;
    }

    @Override
    public @Nullable Run next() throws IOException {
        if (at >= end) {
            return null;
        }
        if (whole) {
            header.check(0, buffer);
            Run run = new Run.Memory(buffer.slice(buffer.position() + (int) at, (int) (end - at)));
            at = end;
            return run;
        }
        return channel == null ? memory() : region(channel);
    }

    private Run memory() throws IOException {
        int index = (int) (at / RunSums.RUN);
        load(index);
        long start = (long) index * RunSums.RUN;
        int from = (int) (at - start);
        int to = (int) Math.min(buffer.limit(), end - start);
        at = start + to;
        return new Run.Memory(buffer.slice(from, to - from));
    }

    private Run region(FileChannel from) throws IOException {
        long start = at;
        long to = Math.min(end, (start / RunSums.RUN) * RunSums.RUN + REGION);
        for (int index = (int) (start / RunSums.RUN); (long) index * RunSums.RUN < to; index++) {
            load(index);
        }
        at = to;
        return new Run.Region(from, dataAt + start, to - start);
    }

    private void load(int index) throws IOException {
        long start = (long) index * RunSums.RUN;
        buffer.clear().limit((int) Math.min(RunSums.RUN, header.length() - start));
        file.read(buffer, dataAt + start);
        if (buffer.hasRemaining()) {
            throw new DamagedBlobException(header.id(), "its file is cut off");
        }
        buffer.flip();
        header.check(index, buffer);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            buffers.give(buffer);
            release.run();
        }
    }
}
