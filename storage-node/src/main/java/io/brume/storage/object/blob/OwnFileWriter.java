package io.brume.storage.object.blob;

import io.brume.storage.block.Space;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Writes a blob straight into its file; space for it is taken before its bytes come. */
final class OwnFileWriter implements BlobWriter {
    /** Taken at a time when nobody has said how long the blob will be. */
    private static final long STEP = 8L << 20;

    private final Space space;
    private final BlobId id;
    private final byte[] claim;
    private final Instant written;
    private final OwnFiles.BlobFile file;
    private final Named named;
    private final RunSums sums = new RunSums();
    private long length;
    private long reserved;
    private boolean ended;

    OwnFileWriter(
            OwnFiles own,
            Space space,
            BlobId id,
            byte[] claim,
            Instant written,
            long expected,
            Named named)
            throws IOException {
        this.space = space;
        this.id = id;
        this.claim = claim;
        this.written = written;
        this.named = named;
        reserve(expected < 0 ? STEP : expected + BlobHeader.OWN_FILE_DATA_AT);
        boolean made = false;
        try {
            file = begin(own, id, expected);
            made = true;
        } catch (IOException e) {
            throw FullDisk.told(e);
        } finally {
            if (!made) {
                space.applied(reserved);
            }
        }
    }

    private static OwnFiles.BlobFile begin(OwnFiles own, BlobId id, long expected)
            throws IOException {
        OwnFiles.BlobFile begun = own.begin(id);
        boolean made = false;
        try {
            if (expected > 0) {
                begun.file().allocate(BlobHeader.OWN_FILE_DATA_AT + expected);
            }
            made = true;
            return begun;
        } finally {
            if (!made) {
                begun.giveUp();
            }
        }
    }

    /** Is told of blobs that are durable. */
    @FunctionalInterface
    interface Named {
        void durable(BlobId id, long location) throws IOException;
    }

    private void reserve(long bytes) throws IOException {
        if (!space.takes(bytes)) {
            throw new NoSpaceException("the disk is full");
        }
        space.accepted(bytes);
        reserved += bytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        if (length + count > ObjectData.MAX_BLOB_BYTES) {
            throw new IllegalArgumentException("a blob of more than 64 MiB");
        }
        long needed = BlobHeader.OWN_FILE_DATA_AT + length + count;
        if (needed > reserved) {
            reserve(Math.max(STEP, needed - reserved));
        }
        sums.update(bytes);
        try {
            file.file().write(bytes, BlobHeader.OWN_FILE_DATA_AT + length);
        } catch (IOException e) {
            throw FullDisk.told(e);
        }
        length += count;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finish() throws IOException {
        try {
            file.finish(new Blob(id, length), claim, written.toEpochMilli(), sums.finish());
        } catch (IOException e) {
            throw FullDisk.told(e);
        }
        file.close();
        end();
        named.durable(id, Location.ownFile(length));
    }

    private void end() {
        ended = true;
        space.applied(reserved);
    }

    @Override
    public void close() {
        if (!ended) {
            end();
            file.giveUp();
        }
    }
}
