package io.brume.storage.object.blob;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds a small blob in memory until it is whole, then appends it to a shared file. One that turns
 * out to be longer goes on in a file of its own, and so does one for which there is no memory.
 */
final class SmallWriter implements BlobWriter {
    /** Buffers up to this size may come from the heap when all others are in use. */
    private static final int HEAP = 32 << 10;

    private final Parts parts;
    private final BlobId id;
    private final byte[] claim;
    private final Instant written;
    private final OwnFileWriter.Named named;
    private @Nullable ByteBuffer buffer;
    private BufferPool pool;
    private @Nullable BlobWriter own;
    private long length;

    /** What it needs of the store. */
    interface Parts {
        /** Buffers for up to so many bytes; the largest there are when it is more. */
        BufferPool buffers(long bytes);

        /** A blob of up to so many bytes goes to this lane. */
        Lane lane(long length);

        /** A writer of a file of its own. */
        BlobWriter own(
                BlobId id, byte[] claim, Instant written, long expected, OwnFileWriter.Named named)
                throws IOException;

        /** No blob that is longer comes into a shared file. */
        int smallBytes();
    }

    SmallWriter(
            Parts parts,
            BlobId id,
            byte[] claim,
            Instant written,
            long expected,
            OwnFileWriter.Named named)
            throws IOException {
        this.parts = parts;
        this.id = id;
        this.claim = claim;
        this.written = written;
        this.named = named;
        this.pool = parts.buffers(Math.max(0, expected));
        ByteBuffer taken = expected > parts.smallBytes() ? null : take(pool);
        if (taken == null) {
            own = parts.own(id, claim, written, expected, named);
        } else {
            buffer = taken.position(BlobHeader.MAX_SMALL);
        }
    }

    /**
     * What is tiny is never kept out of a shared file; what is larger is, when memory is scarce.
     */
    private static @Nullable ByteBuffer take(BufferPool from) {
        return from.size() <= HEAP ? from.takeAlways() : from.take();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (own == null) {
            makeRoom(bytes.remaining());
        }
        int count = bytes.remaining();
        ByteBuffer to = buffer;
        if (own != null) {
            own.write(bytes);
        } else if (to != null) {
            to.put(bytes);
        }
        length += count;
    }

    /** Sees to it that so many more bytes have room, in a buffer or in a file. */
    private void makeRoom(int count) throws IOException {
        long longer = length + count;
        ByteBuffer before = buffer;
        if (before == null) {
            throw new IllegalStateException("the blob was finished");
        }
        if (longer <= parts.smallBytes()
                && before.capacity() >= BlobHeader.MAX_SMALL + longer + BlobHeader.ALIGN) {
            return;
        }
        BufferPool larger = parts.buffers(longer);
        ByteBuffer to = longer <= parts.smallBytes() ? take(larger) : null;
        before.limit(before.position()).position(BlobHeader.MAX_SMALL);
        if (to == null) {
            BlobWriter file = parts.own(id, claim, written, -1, named);
            own = file;
            file.write(before);
            buffer = null;
        } else {
            buffer = to.position(BlobHeader.MAX_SMALL).put(before);
        }
        pool.give(before);
        pool = larger;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finish() throws IOException {
        ByteBuffer bytes = buffer;
        if (own != null) {
            own.finish();
        } else if (bytes != null) {
            append(bytes);
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        var sums = new RunSums();
        sums.update(bytes.slice(BlobHeader.MAX_SMALL, (int) length));
        Lane lane = parts.lane(length);
        Lane.Appended record =
                lane.append(
                        new Blob(id, length),
                        claim,
                        written.toEpochMilli(),
                        sums.finish(),
                        bytes,
                        false);
        lane.await(record);
        named.durable(id, record.location());
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
        if (buffer != null) {
            pool.give(buffer);
            buffer = null;
        }
    }
}
