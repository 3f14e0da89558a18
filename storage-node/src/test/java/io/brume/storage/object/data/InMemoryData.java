package io.brume.storage.object.data;

import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Redundancy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Keeps bytes in memory; can be full, and can fail. Thread-safe. */
public final class InMemoryData implements ObjectData {
    private final Map<BlobId, byte[]> blobs = new ConcurrentHashMap<>();
    private final AtomicLong names = new AtomicLong();
    private final int blobBytes;
    private volatile boolean full;
    private volatile boolean failing;

    public InMemoryData() {
        this(MAX_BLOB_BYTES);
    }

    /**
     * @param blobBytes the largest blob, so that small contents have several
     */
    public InMemoryData(int blobBytes) {
        this.blobBytes = blobBytes;
    }

    /** Whether the disk is full from now on. */
    public void full(boolean is) {
        full = is;
    }

    /** Whether everything fails from now on. */
    public void failing(boolean is) {
        failing = is;
    }

    /** The blobs that are kept. */
    public Set<BlobId> names() {
        return new TreeSet<>(blobs.keySet());
    }

    private void check() throws IOException {
        if (failing) {
            throw new IOException("a simulated failure");
        }
    }

    private void checkSpace() throws IOException {
        check();
        if (full) {
            throw new NoSpaceException("simulated");
        }
    }

    @Override
    public ContentWriter write(BlobClaim claim, long expected, Redundancy redundancy)
            throws IOException {
        checkSpace();
        return new Writer();
    }

    private final class Writer implements ContentWriter {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            checkSpace();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            taken.write(copy);
        }

        @Override
        public List<Blob> finish() throws IOException {
            checkSpace();
            byte[] all = taken.toByteArray();
            List<Blob> made = new ArrayList<>();
            for (int at = 0; at < all.length; at += blobBytes) {
                byte[] part = Arrays.copyOfRange(all, at, Math.min(all.length, at + blobBytes));
                var id = BlobId.of(0, 0, names.incrementAndGet());
                blobs.put(id, part);
                made.add(new Blob(id, part.length));
            }
            return made;
        }

        @Override
        public void close() {}
    }

    @Override
    public ContentReader read(List<Blob> content, long offset, long length) throws IOException {
        check();
        var all = new ByteArrayOutputStream();
        for (Blob blob : content) {
            byte[] bytes = blobs.get(blob.id());
            if (bytes == null || bytes.length != blob.length()) {
                throw new IOException("no blob " + blob);
            }
            all.write(bytes);
        }
        ByteBuffer range = ByteBuffer.wrap(all.toByteArray()).slice((int) offset, (int) length);
        return new ContentReader() {
            @Override
            public @Nullable Run next() throws IOException {
                check();
                if (!range.hasRemaining()) {
                    return null;
                }
                int count = Math.min(range.remaining(), 64 << 10);
                ByteBuffer run = range.slice(range.position(), count);
                range.position(range.position() + count);
                return new Run.Memory(run);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void free(Collection<Blob> freed) throws IOException {
        check();
        freed.forEach(blob -> blobs.remove(blob.id()));
    }
}
