package io.brume.store;

/** A running watch. Closing it waits for a call of the consumer that is under way. Thread-safe. */
public interface Watch extends AutoCloseable {
    /** The consumer has been told everything up to this revision. */
    long revision();

    @Override
    void close();
}
