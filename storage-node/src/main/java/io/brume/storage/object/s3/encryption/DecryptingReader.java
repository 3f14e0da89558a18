package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.data.RunBytes;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.ObjectContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Gives a range of a content that was encrypted, in runs of bounded size. */
final class DecryptingReader implements ContentReader {
    private static final int RUN = 256 << 10;

    private final ObjectData data;
    private final ContentKey key;
    private final List<Blob> blobs;
    private final Queue<Span> spans;
    private @Nullable ContentReader open;
    private @Nullable ContentStream stream;
    private @Nullable RunBytes pending;

    DecryptingReader(
            ObjectData data, ContentKey key, ObjectContent content, long offset, long length) {
        this.data = requireNonNull(data);
        this.key = requireNonNull(key);
        this.blobs = content.blobs();
        this.spans = new ArrayDeque<>(Span.of(content, offset, length));
    }

    @Override
    public @Nullable Run next() throws IOException {
        var bytes = kept();
        return bytes == null ? null : new Run.Memory(requireNonNull(stream).apply(bytes));
    }

    /** The next bytes as they are kept; null at the end. */
    private @Nullable ByteBuffer kept() throws IOException {
        while (true) {
            var current = pending;
            if (current != null && current.left() > 0) {
                return current.take(RUN);
            }
            var run = open == null ? null : open.next();
            if (run != null) {
                pending = new RunBytes(run);
            } else if (!openNext()) {
                return null;
            }
        }
    }

    private boolean openNext() throws IOException {
        close();
        var span = spans.poll();
        if (span == null) {
            return false;
        }
        var nonce = nonce(span.nonceAt());
        stream = key.stream(nonce, span.from());
        open = data.read(blobs, span.nonceAt() + nonce.length + span.from(), span.length());
        return true;
    }

    private byte[] nonce(long at) throws IOException {
        var nonce = ByteBuffer.allocate(ContentKey.NONCE_BYTES);
        try (var reader = data.read(blobs, at, nonce.capacity())) {
            for (var run = reader.next(); run != null; run = reader.next()) {
                for (var bytes = new RunBytes(run); bytes.left() > 0; ) {
                    nonce.put(bytes.take(RUN));
                }
            }
        }
        return nonce.array();
    }

    @Override
    public void close() {
        var current = open;
        open = null;
        pending = null;
        if (current != null) {
            current.close();
        }
    }
}
