package io.brume.storage.object.blob;

import io.brume.storage.block.Space;
import io.brume.storage.block.files.BlockFile;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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
    private final BufferPool stages;

    /** What is written next, at once; null when all such buffers are in use. */
    private @Nullable ByteBuffer stage;

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
            BufferPool stages,
            Named named)
            throws IOException {
        this.space = space;
        this.stages = stages;
        this.id = id;
        this.claim = claim;
        this.written = written;
        this.named = named;
        reserve(expected < 0 ? STEP : expected + BlobHeader.OWN_FILE_DATA_AT);
        boolean made = false;
        try {
            file = begin(own, id, expected);
            stage = stages.take();
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
        ByteBuffer gathered = stage;
        try {
            if (gathered == null) {
                sums.update(bytes);
                file.file().write(bytes, BlobHeader.OWN_FILE_DATA_AT + length);
                length += count;
            } else {
                gather(bytes, gathered);
            }
        } catch (IOException e) {
            throw FullDisk.told(e);
        }
    }

    private void gather(ByteBuffer bytes, ByteBuffer gathered) throws IOException {
        while (bytes.hasRemaining()) {
            int some = Math.min(bytes.remaining(), gathered.remaining());
            gathered.put(gathered.position(), bytes, bytes.position(), some);
            gathered.position(gathered.position() + some);
            bytes.position(bytes.position() + some);
            length += some;
            if (!gathered.hasRemaining()) {
                flush(gathered);
            }
        }
    }

    /** Writes what was gathered: all but the last bytes of the blob past the cache. */
    private void flush(ByteBuffer gathered) throws IOException {
        gathered.flip();
        sums.update(gathered);
        int count = gathered.limit();
        int whole = count / BlockFile.DIRECT_UNIT * BlockFile.DIRECT_UNIT;
        long at = BlobHeader.OWN_FILE_DATA_AT + length - count;
        file.file().writeDirect(gathered.limit(whole), at);
        file.file().write(gathered.limit(count), at + whole);
        gathered.clear();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void finish() throws IOException {
        ByteBuffer gathered = stage;
        try {
            if (gathered != null) {
                flush(gathered);
            }
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
        ByteBuffer unused = stage;
        stage = null;
        if (unused != null) {
            stages.give(unused);
        }
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
