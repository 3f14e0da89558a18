package io.brume.store;

import java.util.Collection;
import java.util.function.BiFunction;

/**
 * Another order in which a table's rows can be found, kept in step by the transaction that changes
 * a row. A row has zero or more index keys; the function that says which is pure.
 *
 * <p>Immutable and thread-safe. The numbers are on disk: never reuse or renumber them. What the
 * function answers for a stored row must not change between versions; a new meaning needs a new
 * number.
 *
 * @param number 1 to 255, unique within the table
 * @param name for people
 * @param codec how an index key becomes bytes
 * @param keysOf the index keys of a row
 */
public record Index<K, V, I>(
        int number,
        String name,
        KeyCodec<I> codec,
        BiFunction<? super K, ? super V, ? extends Collection<I>> keysOf) {
    public Index {
        if (number < 1 || number > 255) {
            throw new IllegalArgumentException("index number " + number + " is not 1 to 255");
        }
    }
}
