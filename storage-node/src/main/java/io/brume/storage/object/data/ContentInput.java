package io.brume.storage.object.data;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a content into arrays, whatever its runs are. To one thread. */
public final class ContentInput implements AutoCloseable {
    private final ContentReader reader;
    private @Nullable RunBytes run;

    /**
     * @param reader is closed with this
     */
    public ContentInput(ContentReader reader) {
        this.reader = requireNonNull(reader);
    }

    /**
     * Reads as many bytes as are wanted, or as there are.
     *
     * @param into where they go, from its begin on
     * @return how many; fewer than wanted only at the end
     */
    public int read(byte[] into, int wanted) throws IOException {
        int done = 0;
        while (done < wanted) {
            RunBytes from = run;
            if (from != null && from.left() > 0) {
                var some = from.take(wanted - done);
                int count = some.remaining();
                some.get(into, done, count);
                done += count;
            } else {
                ContentReader.Run next = reader.next();
                if (next == null) {
                    return done;
                }
                run = new RunBytes(next);
            }
        }
        return done;
    }

    @Override
    public void close() {
        reader.close();
    }
}
