package io.brume.storage.object.blob;

import io.brume.common.time.Time;
import io.brume.storage.block.Space;
import io.brume.storage.block.files.BlockFile;
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
    /** Blobs of at least so many bytes are written past the cache, in units of their own. */
    private static final int DIRECT = RunSums.RUN + 1;

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
     * A record may stand behind the last one that is not whole. The next begins right there, so
     * that nobody takes it for one. Guarded by the lock.
     */
    private boolean halfWritten;

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
     * @param buffer the bytes from {@link BlobHeader#MAX_SMALL} to its limit; room for 64 behind,
     *     and as many as {@link BlockFile#writeDirect} wants if it is a direct one
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
        lock.lock();
        try {
            boolean direct = blob.length() >= DIRECT && buffer.isDirect() && !halfWritten;
            int unit = direct ? BlockFile.DIRECT_UNIT : BlobHeader.ALIGN;
            int header =
                    direct
                            ? BlobHeader.MAX_SMALL
                            : BlobHeader.sizeInSegment(claim.length, blob.length());
            int size = BlobHeader.align(header + (int) blob.length());
            int taken = BlobHeader.roundUp(size, unit);
            if (!fromReserve && !space.takes(taken)) {
                throw new NoSpaceException("the disk is full");
            }
            Segments.Fresh to = room(taken, unit);
            int position = BlobHeader.roundUp((int) to.segment().end(), unit);
            int start = BlobHeader.MAX_SMALL - header;
            halfWritten = true;
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
            while (buffer.position() < start + taken) {
                buffer.put((byte) 0);
            }
            buffer.flip().position(start);
            if (direct) {
                to.file().writeDirect(buffer, position);
            } else {
                to.file().write(buffer, position);
            }
            halfWritten = false;
            return appended(
                    to, blob, Location.inSegment(number(to), position, size), position + taken);
        } catch (IOException e) {
            throw refused(e);
        } finally {
            lock.unlock();
        }
    }

    private static int number(Segments.Fresh of) {
        return of.segment().number;
    }

    private static Appended appended(Segments.Fresh to, Blob blob, long location, long end) {
        to.names().add(blob.id(), location);
        to.segment().live.addAndGet(Location.size(location));
        to.segment().end(end);
        to.force().written(end);
        return new Appended(location, to, end);
    }

    /** A full disk passes: what was half written is overwritten. Anything else is the end. */
    private IOException refused(IOException cause) {
        IOException told = FullDisk.told(cause);
        if (!(told instanceof NoSpaceException)) {
            failed.accept(cause);
        }
        return told;
    }

    private Segments.Fresh room(int size, int unit) throws IOException {
        Segments.Fresh to = current;
        if (to != null
                && BlobHeader.roundUp((int) to.segment().end(), unit) + size <= segmentBytes) {
            return to;
        }
        Segments.Fresh fresh = segments.create(time.now().toEpochMilli());
        if (to != null) {
            // Whoever ends it may then force it himself and hide no failure from those who wait.
            to.force().await(to.segment().end());
            full.accept(to);
        }
        current = fresh;
        halfWritten = false;
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
