package io.brume.storage.block.journal;

import java.io.IOException;

/** Is told what the log holds when the program starts. */
@FunctionalInterface
public interface Replay {
    /** One record, whose sums are valid during the call. */
    void replay(JournalRecord record) throws IOException;
}
