package io.brume.storage.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The other end of a connection, however it is reached. One thread reads and one writes at a time;
 * closing from a third ends both.
 */
interface Transport extends AutoCloseable {
    /**
     * Finds out who the other end is; before anything else.
     *
     * @return the node's id; empty where the system has vouched for the peer
     * @throws IOException when it could not prove itself
     */
    Optional<String> handshake() throws IOException;

    /** Reads what there is, at least a byte; -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all of it. */
    void write(ByteBuffer from) throws IOException;

    @Override
    void close() throws IOException;
}
