package io.brume.storage.object.blob;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.storage.block.Space;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;

/** The blobs of one node's disk. Thread-safe; blocks. */
public final class DiskBlobs implements AutoCloseable {
    private final OwnFiles own;
    private final Space space;
    private final Time time;

    private DiskBlobs(OwnFiles own, Space space, Time time) {
        this.own = own;
        this.space = space;
        this.time = time;
    }

    /** Takes up what a folder has; makes it when there is none. */
    public static DiskBlobs open(Path folder, BlockFiles files, BlobOptions options, Time time)
            throws IOException {
        requireNonNull(time);
        var readers = new BufferPool(RunSums.RUN + BlobHeader.MAX_SMALL + BlobHeader.ALIGN, 256);
        var own = new OwnFiles(files, folder.resolve("files"), readers);
        own.open((id, length) -> {});
        return new DiskBlobs(
                own, new Space(files, folder, options.reserveBytes(), () -> 0), time);
    }

    /**
     * Begins a blob.
     *
     * @param expected how many bytes there will be; −1 = not known. A hint
     */
    public BlobWriter write(BlobId id, BlobClaim claim, long expected) throws IOException {
        return write(id, claim, time.now(), expected);
    }

    /**
     * Begins a blob that was written elsewhere before.
     *
     * @param written when it was
     */
    public BlobWriter write(BlobId id, BlobClaim claim, Instant written, long expected)
            throws IOException {
        return new OwnFileWriter(own, space, id, BlobHeader.encode(claim), written, expected);
    }

    /**
     * Reads a range of a blob.
     *
     * @throws NoSuchBlobException when it is not here
     * @throws DamagedBlobException when what is here of it is not right; also while reading
     */
    public ContentReader read(Blob blob, long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset + length > blob.length()) {
            throw new IllegalArgumentException(offset + "+" + length + " of " + blob);
        }
        return own.read(blob.id(), offset, length);
    }

    /** Deletes blobs durably; those that are not here are fine. Who reads one still can. */
    public void delete(Collection<BlobId> ids) throws IOException {
        own.delete(ids);
    }

    /** Bytes that may still be written. */
    public long freeBytes() throws IOException {
        return space.freeBytes();
    }

    @Override
    public void close() {}
}
