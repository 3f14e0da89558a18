package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.blob.BlobWriter;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.data.ObjectData;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a content as blobs of at most {@link ObjectData#MAX_BLOB_BYTES}. */
final class SplittingWriter implements ContentWriter {
    private final Begin begin;
    private final Names names;
    private final List<Blob> done = new ArrayList<>(1);
    private long left;
    private @Nullable BlobId name;
    private @Nullable BlobWriter current;
    private boolean broken;

    /** Gives names that nobody has used. */
    @FunctionalInterface
    interface Names {
        BlobId next() throws IOException;
    }

    /** Begins a blob. */
    @FunctionalInterface
    interface Begin {
        BlobWriter begin(BlobId id, long expected) throws IOException;
    }

    /**
     * @param left bytes that are expected; −1 = not known
     */
    SplittingWriter(Begin begin, Names names, long left) {
        this.begin = requireNonNull(begin);
        this.names = requireNonNull(names);
        this.left = left;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (broken) {
            throw new IOException("a write of it has failed before");
        }
        broken = true;
        int end = bytes.limit();
        while (bytes.position() < end) {
            BlobWriter to = current == null ? next() : current;
            long room = ObjectData.MAX_BLOB_BYTES - to.length();
            bytes.limit((int) Math.min(end, bytes.position() + room));
            to.write(bytes);
            bytes.limit(end);
            if (to.length() == ObjectData.MAX_BLOB_BYTES) {
                finishBlob();
            }
        }
        broken = false;
    }

    private BlobWriter next() throws IOException {
        long expected = left < 0 ? -1 : Math.min(left, ObjectData.MAX_BLOB_BYTES);
        BlobId id = names.next();
        BlobWriter fresh = begin.begin(id, expected);
        name = id;
        current = fresh;
        return fresh;
    }

    private void finishBlob() throws IOException {
        BlobWriter finished = current;
        if (finished != null) {
            finished.finish();
            done.add(new Blob(requireNonNull(name), finished.length()));
            left = left < 0 ? -1 : Math.max(0, left - finished.length());
            finished.close();
            current = null;
        }
    }

    @Override
    public List<Blob> finish() throws IOException {
        if (broken) {
            throw new IOException("a write of it has failed before");
        }
        broken = true;
        finishBlob();
        return List.copyOf(done);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }
}
