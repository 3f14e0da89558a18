package io.brume.storage.object.group;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of a blob from the first copy that gives it, and goes on with the next one where
 * that fails.
 */
final class CopiesReader implements ContentReader {
    private final Blob blob;
    private final long end;
    private final Iterator<Copy> copies;
    private long at;
    private @Nullable Copy copy;
    private @Nullable ContentReader current;
    private @Nullable IOException failure;

    /** Where a copy may be. */
    interface Copy {
        ContentReader open(Blob blob, long offset, long length) throws IOException;

        /** It did not give what it was asked for. */
        void failed(Blob blob, IOException why);
    }

    CopiesReader(Blob blob, long offset, long length, Iterator<Copy> copies) {
        this.blob = blob;
        this.at = offset;
        this.end = offset + length;
        this.copies = copies;
    }

    @Override
    public @Nullable Run next() throws IOException {
        while (at < end) {
            Copy from = copy == null ? nextCopy() : copy;
            copy = from;
            try {
                ContentReader reader = current == null ? from.open(blob, at, end - at) : current;
                current = reader;
                Run run = reader.next();
                if (run == null) {
                    throw new IOException("a copy of " + blob.id() + " ends early");
                }
                at += run.length();
                return run;
            } catch (IOException e) {
                from.failed(blob, e);
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
                close();
                copy = null;
            }
        }
        return null;
    }

    private Copy nextCopy() throws IOException {
        if (copies.hasNext()) {
            return copies.next();
        }
        throw new IOException("no copy of " + blob.id() + " can be read", failure);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
