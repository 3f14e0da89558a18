package io.brume.store;

import org.jspecify.annotations.Nullable;

/**
 * A contiguous range of encoded keys: from a bound (included) to a bound (excluded; null = no
 * bound).
 *
 * @param <K> the type of the keys, so that a range cannot be used on another table's keys
 */
public record KeyRange<K>(Bytes from, @Nullable Bytes to) {
    /** Every key. */
    public static <K> KeyRange<K> all() {
        return new KeyRange<>(Bytes.EMPTY, null);
    }

    /** Every key whose encoding starts with these bytes. */
    public static <K> KeyRange<K> prefix(Bytes prefix) {
        return new KeyRange<>(prefix, prefix.prefixEnd());
    }

    /** What is left of this range after a key: where the next page starts. */
    public KeyRange<K> after(KeyCodec<K> codec, K key) {
        return startingAt(codec.encode(key).successor());
    }

    /** What is left of this range from a key on, the key included. */
    public KeyRange<K> startingAt(KeyCodec<K> codec, K key) {
        return startingAt(codec.encode(key));
    }

    KeyRange<K> startingAt(Bytes bound) {
        return new KeyRange<>(bound.compareTo(from) > 0 ? bound : from, to);
    }

    /** Whether nothing can lie in it. */
    public boolean isEmpty() {
        return to != null && from.compareTo(to) >= 0;
    }

    /** Whether these bytes lie in it. */
    public boolean contains(Bytes key) {
        return key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0);
    }

    /** The same range behind a prefix. */
    <T> KeyRange<T> under(Bytes prefix) {
        return new KeyRange<>(
                prefix.concat(from), to == null ? prefix.prefixEnd() : prefix.concat(to));
    }
}
