package io.brume.store.rocks;

import io.brume.store.machine.Rows;
import java.nio.file.Path;

/** Rows that can be made durable, copied and replaced as a whole. */
public interface DurableRows extends Rows, AutoCloseable {
    /** Makes every write so far durable. */
    void flush();

    /** Makes every write so far durable and copies the rows, durably, into a new directory. */
    void checkpoint(Path target);

    /** Replaces all rows, durably and at once, by those of such a copy, which stays as it is. */
    void install(Path checkpoint);

    /** Waits a while for readers. What was not flushed may be lost. */
    @Override
    void close();
}
