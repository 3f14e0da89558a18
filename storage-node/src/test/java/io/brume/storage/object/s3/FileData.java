package io.brume.storage.object.s3;

import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.NoSpaceException;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Redundancy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes in one file without any order of its own; gives large ones as regions of it. Can be
 * full, and can fail in the middle of a content. Thread-safe.
 */
public final class FileData implements ObjectData, AutoCloseable {
    private static final int SMALL = 64 << 10;
    private static final int BLOB = 1 << 20;

    private final FileChannel file;
    private final AtomicLong end = new AtomicLong();
    private final AtomicLong names = new AtomicLong();
    private final Map<BlobId, Long> places = new ConcurrentHashMap<>();
    private volatile boolean full;
    private volatile boolean tearing;

    public FileData(Path path) throws IOException {
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
    }

    /** Whether there is no room from now on. */
    public void full(boolean is) {
        full = is;
    }

    /** Whether contents break off after their first run from now on. */
    public void tearing(boolean is) {
        tearing = is;
    }

    /** How many blobs are kept. */
    public int blobs() {
        return places.size();
    }

    @Override
    public ContentWriter write(BlobClaim claim, long expected, Redundancy redundancy)
            throws IOException {
        if (full) {
            throw new NoSpaceException("full");
        }
        return new Writer();
    }

    private final class Writer implements ContentWriter {
        private final List<Blob> blobs = new ArrayList<>();
        private final Map<BlobId, Long> written = new HashMap<>();

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int count = Math.min(BLOB, bytes.remaining());
                long place = end.getAndAdd(count);
                var part = bytes.slice(bytes.position(), count);
                while (part.hasRemaining()) {
                    file.write(part, place + part.position());
                }
                bytes.position(bytes.position() + count);
                var id = BlobId.of(0, 0, names.incrementAndGet());
                written.put(id, place);
                blobs.add(new Blob(id, count));
            }
        }

        @Override
        public List<Blob> finish() {
            places.putAll(written);
            return List.copyOf(blobs);
        }

        @Override
        public void close() {
            // What was not finished stays in the file: a test's is deleted with it.
        }
    }

    @Override
    public ContentReader read(List<Blob> blobs, long offset, long length) {
        var pieces = new ArrayDeque<Piece>();
        long at = 0;
        for (var blob : blobs) {
            long from = Math.max(offset, at);
            long to = Math.min(offset + length, at + blob.length());
            if (from < to) {
                pieces.add(new Piece(blob.id(), from - at, to - from));
            }
            at += blob.length();
        }
        return new Reader(pieces);
    }

    private record Piece(BlobId blob, long offset, long length) {}

    private final class Reader implements ContentReader {
        private final ArrayDeque<Piece> pieces;
        private int given;

        Reader(ArrayDeque<Piece> pieces) {
            this.pieces = pieces;
        }

        @Override
        public @Nullable Run next() throws IOException {
            if (tearing && given > 0) {
                throw new IOException("a simulated failure");
            }
            given++;
            var piece = pieces.poll();
            if (piece == null) {
                return null;
            }
            var place = places.get(piece.blob());
            if (place == null) {
                throw new IOException("no such blob");
            }
            long from = place + piece.offset();
            if (piece.length() > SMALL) {
                return new Run.Region(file, from, piece.length());
            }
            var bytes = ByteBuffer.allocate((int) piece.length());
            while (bytes.hasRemaining()) {
                file.read(bytes, from + bytes.position());
            }
            return new Run.Memory(bytes.flip());
        }

        @Override
        public void close() {}
    }

    @Override
    public void free(Collection<Blob> blobs) {
        blobs.forEach(blob -> places.remove(blob.id()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
