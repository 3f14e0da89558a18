package io.brume.storage.object.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Gives the bytes of one content, in order, whole and right or not at all. One thread at a time.
 */
public interface ContentReader extends AutoCloseable {
    /** A run of bytes that was held against its checksums. Good until the next one is asked for. */
    sealed interface Run {
        /** How many bytes it has. */
        long length();

        /** In memory. */
        record Memory(ByteBuffer bytes) implements Run {
            @Override
            public long length() {
                return bytes.remaining();
            }
        }

        /**
         * In a file of this host, so that it can go to a socket without a copy. The file is not to
         * be closed.
         */
        record Region(FileChannel file, long position, long length) implements Run {}
    }

    /**
     * The next run; null at the end.
     *
     * @throws IOException when no copy of it can be read whole
     */
    @Nullable Run next() throws IOException;

    @Override
    void close();
}
