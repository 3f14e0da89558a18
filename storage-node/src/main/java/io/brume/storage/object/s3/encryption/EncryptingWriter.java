package io.brume.storage.object.s3.encryption;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encrypts what it is given, after a nonce; nothing stays nothing. */
final class EncryptingWriter implements ContentWriter {
    private final ContentKey key;
    private final ContentWriter kept;
    private @Nullable ContentStream stream;

    EncryptingWriter(ContentKey key, ContentWriter kept) {
        this.key = requireNonNull(key);
        this.kept = requireNonNull(kept);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return;
        }
        var current = stream;
        if (current == null) {
            var nonce = key.randomBytes(ContentKey.NONCE_BYTES);
            kept.write(ByteBuffer.wrap(nonce));
            current = key.stream(nonce, 0);
            stream = current;
        }
        kept.write(current.apply(bytes));
    }

    @Override
    public List<Blob> finish() throws IOException {
        return kept.finish();
    }

    @Override
    public void close() {
        kept.close();
    }
}
