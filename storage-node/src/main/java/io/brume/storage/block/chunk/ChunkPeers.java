package io.brume.storage.block.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * Other nodes that keep snapshots of this one. Thread-safe; calls block for some seconds at most.
 */
public interface ChunkPeers {
    /** There are none. */
    ChunkPeers NONE =
            new ChunkPeers() {
                @Override
                public SortedMap<Integer, byte[]> manifest(String snapshotId) throws IOException {
                    throw new IOException("no other node is known to keep " + snapshotId);
                }

                @Override
                public ByteBuffer chunk(String snapshotId, int index, byte[] hash)
                        throws IOException {
                    throw new IOException("no other node is known to keep " + snapshotId);
                }
            };

    /**
     * All chunks of a snapshot that are not zeros: names by index.
     *
     * @throws IOException when no node can be reached that keeps all of it
     */
    SortedMap<Integer, byte[]> manifest(String snapshotId) throws IOException;

    /**
     * The bytes of a chunk, which are what its name says.
     *
     * @throws IOException when no node that can be reached has it whole
     */
    ByteBuffer chunk(String snapshotId, int index, byte[] hash) throws IOException;
}
