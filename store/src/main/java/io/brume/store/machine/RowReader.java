package io.brume.store.machine;

import io.brume.store.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of one consistent state. */
public interface RowReader {
    /** The value of a key, which nobody may change; or null. */
    byte @Nullable [] get(Bytes key);

    /**
     * The first rows from a bound (included) to a bound (excluded; null = none), in key order.
     *
     * @param limit at least 1
     */
    List<Row> scan(Bytes from, @Nullable Bytes to, int limit);
}
