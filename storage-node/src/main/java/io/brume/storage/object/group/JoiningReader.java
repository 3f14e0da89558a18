package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads blob after blob. */
final class JoiningReader implements ContentReader {
    private final List<Blob> blobs;
    private final Open open;
    private int index;
    private long offset;
    private long left;
    private @Nullable ContentReader current;

    /** Begins to read a range of a blob. */
    @FunctionalInterface
    interface Open {
        ContentReader open(Blob blob, long offset, long length) throws IOException;
    }

    JoiningReader(List<Blob> blobs, long offset, long length, Open open) {
        this.blobs = requireNonNull(blobs);
        this.offset = offset;
        this.left = length;
        this.open = requireNonNull(open);
        long size = 0;
        for (Blob blob : blobs) {
            size += blob.length();
        }
        if (offset < 0 || length < 0 || length > size - offset) {
            throw new IllegalArgumentException(offset + "+" + length + " of " + size + " bytes");
        }
    }

    @Override
    public @Nullable Run next() throws IOException {
        while (true) {
            if (current != null) {
                Run run = current.next();
                if (run != null) {
                    return run;
                }
                close();
            }
            if (left == 0) {
                return null;
            }
            current = open();
        }
    }

    private @Nullable ContentReader open() throws IOException {
        Blob blob = blobs.get(index++);
        if (offset >= blob.length()) {
            offset -= blob.length();
            return null;
        }
        long length = Math.min(left, blob.length() - offset);
        ContentReader reader = open.open(blob, offset, length);
        offset = 0;
        left -= length;
        return reader;
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
