package io.brume.storage.object.index;

import io.brume.store.Bytes;
import org.jspecify.annotations.Nullable;

/** Rows in the order of their keys, one at a time. */
interface Rows<R> {
    /** The row it is at; null at the end. */
    @Nullable R peek();

    /** Goes to the next row. */
    void next();

    /**
     * Goes past all keys that start so.
     *
     * @param end the bound behind them
     */
    void skip(String start, Bytes end);
}
