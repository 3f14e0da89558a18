package io.brume.storage.block.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Is told what the log holds when the program starts. */
@FunctionalInterface
public interface Replay {
    /**
     * One record.
     *
     * @param payload of the record; valid during the call
     */
    void replay(JournalRecord record, ByteBuffer payload) throws IOException;
}
