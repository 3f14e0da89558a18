package io.brume.storage.object.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the bytes of one blob, in order. One thread at a time. */
public interface BlobWriter extends AutoCloseable {
    /** Takes the buffer's remaining bytes. */
    void write(ByteBuffer bytes) throws IOException;

    /** Bytes that were taken. */
    long length();

    /** Returns when the blob is durable; it is there from then on. */
    void finish() throws IOException;

    /** Gives up what was not finished. */
    @Override
    void close();
}
