package io.brume.storage.object.data;

import io.brume.storage.object.model.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes the bytes of one content, in order. One thread at a time. */
public interface ContentWriter extends AutoCloseable {
    /** Takes the buffer's remaining bytes; waits when nodes or disks are slow. */
    void write(ByteBuffer bytes) throws IOException;

    /** Returns when everything is on disks, in as many copies as there are to be. */
    List<Blob> finish() throws IOException;

    /** Gives up what was not finished. */
    @Override
    void close();
}
