package io.brume.storage.wire;

import java.io.IOException;

/** Where coordinators dial. Closing it ends a waiting {@link #accept}. */
interface Listener extends AutoCloseable {
    /** Waits for the next one. Nothing has been said with it yet. */
    Transport accept() throws IOException;

    @Override
    void close() throws IOException;
}
