package io.brume.storage.object.blob;

import io.brume.storage.block.files.BlockFile;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds blobs and reads them, wherever they are now. Thread-safe. */
final class BlobFinder {
    private final BlobTable table;
    private final Segments segments;
    private final OwnFiles own;
    private final BufferPool readers;

    BlobFinder(BlobTable table, Segments segments, OwnFiles own, BufferPool readers) {
        this.table = table;
        this.segments = segments;
        this.own = own;
        this.readers = readers;
    }

    /** See {@link DiskBlobs#read}. */
    ContentReader open(Blob blob, long offset, long length, boolean regions) throws IOException {
        if (offset < 0 || length < 0 || length > blob.length() - offset) {
            throw new IllegalArgumentException(offset + "+" + length + " of " + blob);
        }
        while (true) {
            long location = table.get(blob.id());
            if (location == 0) {
                throw new NoSuchBlobException(blob.id());
            }
            if (Location.isOwnFile(location)) {
                return own.read(blob, offset, length, regions);
            }
            SegmentFile segment = segments.get(Location.segment(location));
            BlockFile file = segment == null ? null : segment.acquire();
            if (segment != null && file != null) {
                return read(blob, offset, length, regions, location, segment, file);
            }
            // It was moved, and its segment deleted, after we had asked where it is.
        }
    }

    private ContentReader read(
            Blob blob,
            long offset,
            long length,
            boolean regions,
            long location,
            SegmentFile segment,
            BlockFile file)
            throws IOException {
        ByteBuffer buffer = readers.takeAlways();
        boolean done = false;
        try {
            BlobHeader header = header(blob.id(), location, segment, file, buffer);
            if (header.length() != blob.length()) {
                throw new DamagedBlobException(blob.id(), "it has another length");
            }
            var reader =
                    new BlobReader(
                            header,
                            file,
                            Location.position(location) + header.dataAt(),
                            offset,
                            length,
                            regions,
                            readers,
                            buffer,
                            segment::release);
            done = true;
            if (header.length() <= RunSums.RUN
                    && buffer.limit() >= header.dataAt() + header.length()) {
                int end = header.dataAt() + (int) header.length();
                buffer.limit(end).position(header.dataAt());
                return reader.withBytes();
            }
            return reader;
        } finally {
            if (!done) {
                readers.give(buffer);
                segment.release();
            }
        }
    }

    /** Reads as much as the buffer holds of a record, and its header. */
    private static BlobHeader header(
            BlobId id, long location, SegmentFile segment, BlockFile file, ByteBuffer buffer)
            throws IOException {
        int size = Location.size(location);
        buffer.limit(size <= buffer.capacity() ? size : BlobHeader.MAX_SMALL);
        file.read(buffer, Location.position(location));
        BlobHeader header = BlobHeader.read(buffer.flip());
        if (header == null
                || !header.id().equals(id)
                || header.secret() != segment.secret
                || header.position() != Location.position(location)) {
            throw new DamagedBlobException(id, "its header is damaged");
        }
        return header;
    }

    /** What stands beside a blob; empty when it is not here. */
    Optional<BlobFacts> facts(BlobId id) throws IOException {
        while (true) {
            long location = table.get(id);
            if (location == 0) {
                return Optional.empty();
            }
            if (Location.isOwnFile(location)) {
                return Optional.of(own.facts(new Blob(id, Location.length(location))));
            }
            SegmentFile segment = segments.get(Location.segment(location));
            BlockFile file = segment == null ? null : segment.acquire();
            if (segment != null && file != null) {
                ByteBuffer buffer = readers.takeAlways();
                try {
                    return Optional.of(
                            header(id, location, segment, file, buffer).facts(buffer.position(0)));
                } finally {
                    readers.give(buffer);
                    segment.release();
                }
            }
        }
    }

    /** See {@link DiskBlobs#verify}. */
    long verify(BlobId id) throws IOException {
        long bytes = 0;
        BlobFacts facts = facts(id).orElseThrow(() -> new NoSuchBlobException(id));
        Blob blob = facts.blob();
        try (ContentReader reader = open(blob, 0, blob.length(), true)) {
            for (ContentReader.@Nullable Run run = reader.next();
                    run != null;
                    run = reader.next()) {
                bytes += run.length();
            }
        }
        return bytes;
    }
}
