package io.brume.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A typed, ordered table and its indexes. Declare it once as a constant.
 *
 * <p>Immutable and thread-safe. The number is on disk: never reuse or renumber it.
 *
 * @param number 1 to 65535, unique in the store
 * @param name for people and metrics
 * @param keyCodec how a key becomes bytes in the key's order
 * @param codec how a value becomes bytes
 * @param indexes the secondary orders
 */
public record Table<K, V>(
        int number,
        String name,
        KeyCodec<K> keyCodec,
        Codec<V> codec,
        List<Index<K, V, ?>> indexes) {
    public Table {
        if (number < 1 || number > 65535) {
            throw new IllegalArgumentException("table number " + number + " is not 1 to 65535");
        }
        indexes = List.copyOf(indexes);
        Set<Integer> numbers = new HashSet<>();
        for (Index<K, V, ?> index : indexes) {
            if (!numbers.add(index.number())) {
                throw new IllegalArgumentException(
                        "table " + name + " has two indexes numbered " + index.number());
            }
        }
    }

    /** A table with its indexes. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public static <K, V> Table<K, V> of(
            int number,
            String name,
            KeyCodec<K> keyCodec,
            Codec<V> codec,
            Index<K, V, ?>... indexes) {
        return new Table<>(number, name, keyCodec, codec, List.of(indexes));
    }
}
