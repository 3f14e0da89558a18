package io.brume.store.machine;

/** One consistent state of all rows, until it is closed. Thread-safe. */
public interface RowView extends RowReader, AutoCloseable {
    @Override
    void close();
}
