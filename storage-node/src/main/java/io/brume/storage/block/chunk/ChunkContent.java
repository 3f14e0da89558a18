package io.brume.storage.block.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A volume's chunks as they are in its segments. */
public interface ChunkContent {
    boolean isZeros(long chunk) throws IOException;

    /** Reads a chunk: its sums, and its bytes, which are zeros where there is no sum. */
    void read(long chunk, ByteBuffer sums, ByteBuffer content) throws IOException;
}
