package io.brume.storage.object.blob;

import io.brume.common.time.Time;
import io.brume.storage.block.Space;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to one segment after the other. Records reach the file in their order, so when
 * one is durable, so are all before it. Thread-safe.
 */
final class Lane {
    private final Segments segments;
    private final int segmentBytes;
    private final Space space;
    private final Time time;
    private final Consumer<Segments.Fresh> full;
    private final Consumer<IOException> failed;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private Segments.@Nullable Fresh current;

    /**
     * @param full is told segments that are not written any more
     * @param failed is told what ends everything
     */
    Lane(
            Segments segments,
            int segmentBytes,
            Space space,
            Time time,
            Consumer<Segments.Fresh> full,
            Consumer<IOException> failed) {
        this.segments = segments;
        this.segmentBytes = segmentBytes;
        this.space = space;
        this.time = time;
        this.full = full;
        this.failed = failed;
    }

    /**
     * A record that was written.
     *
     * @param end of it in its segment
     */
    record Appended(long location, Segments.Fresh in, long end) {}

    /**
     * Writes a record; it is durable after {@link #await}.
     *
     * @param buffer the bytes from {@link BlobHeader#MAX_SMALL} to its limit; room for 64 behind
     * @param fromReserve whether it may take the space that is kept free
     */
    Appended append(
            Blob blob,
            byte[] claim,
            long writtenMillis,
            int[] sums,
            ByteBuffer buffer,
            boolean fromReserve)
            throws IOException {
        int header = BlobHeader.sizeInSegment(claim.length, blob.length());
        int size = BlobHeader.align(header + (int) blob.length());
        lock.lock();
        try {
            if (!fromReserve && !space.takes(size)) {
                throw new NoSpaceException("the disk is full");
            }
            Segments.Fresh to = room(size);
            long position = to.segment().end();
            int start = BlobHeader.MAX_SMALL - header;
            buffer.clear().position(start);
            BlobHeader.write(
                    buffer,
                    blob,
                    claim,
                    writtenMillis,
                    header,
                    to.segment().secret,
                    position,
                    to.force().durable(),
                    sums);
            buffer.position(BlobHeader.MAX_SMALL + (int) blob.length());
            while (buffer.position() < start + size) {
                buffer.put((byte) 0);
            }
            to.file().write(buffer.flip().position(start), position);
            return appended(to, blob, position, size);
        } catch (IOException e) {
            throw refused(e);
        } finally {
            lock.unlock();
        }
    }

    private Appended appended(Segments.Fresh to, Blob blob, long position, int size) {
        long location = Location.inSegment(to.segment().number, position, size);
        to.names().add(blob.id(), location);
        to.segment().live.addAndGet(Location.size(location));
        to.segment().end(position + size);
        to.force().written(position + size);
        return new Appended(location, to, position + size);
    }

    /** A full disk passes: what was half written is overwritten. Anything else is the end. */
    private IOException refused(IOException cause) {
        IOException told = FullDisk.told(cause);
        if (!(told instanceof NoSpaceException)) {
            failed.accept(cause);
        }
        return told;
    }

    private Segments.Fresh room(int size) throws IOException {
        Segments.Fresh to = current;
        if (to != null && to.segment().end() + size <= segmentBytes) {
            return to;
        }
        Segments.Fresh fresh = segments.create(time.now().toEpochMilli());
        if (to != null) {
            // Whoever ends it may then force it himself and hide no failure from those who wait.
            to.force().await(to.segment().end());
            full.accept(to);
        }
        current = fresh;
        return fresh;
    }

    /** Returns when a record is durable. */
    void await(Appended record) throws IOException {
        try {
            record.in().force().await(record.end());
        } catch (IOException e) {
            failed.accept(e);
            throw e;
        }
    }

    /** Gives the segment that it was at, which is not written any more. */
    Segments.@Nullable Fresh end() throws IOException {
        lock.lock();
        try {
            Segments.Fresh last = current;
            current = null;
            if (last != null) {
                last.force().await(last.segment().end());
            }
            return last;
        } finally {
            lock.unlock();
        }
    }
}
