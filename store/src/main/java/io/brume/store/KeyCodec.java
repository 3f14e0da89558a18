package io.brume.store;

import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How a key becomes bytes whose order is the key's order, and back. What it writes delimits itself
 * (no encoding is a prefix of another), so that codecs can be put one after the other.
 *
 * <p>Implementations are immutable and thread-safe.
 *
 * @param <K> an immutable value with {@code equals}
 */
public interface KeyCodec<K> {
    void write(K key, KeyWriter out);

    K read(KeyReader in);

    /** The bytes of one key. */
    default Bytes encode(K key) {
        KeyWriter out = new KeyWriter();
        write(key, out);
        return out.toBytes();
    }

    /**
     * The key of these bytes.
     *
     * @throws IllegalArgumentException if this codec did not write them
     */
    default K decode(Bytes bytes) {
        return decode(bytes, 0);
    }

    /**
     * The key of these bytes from an offset on.
     *
     * @throws IllegalArgumentException if this codec did not write them
     */
    default K decode(Bytes bytes, int offset) {
        KeyReader in = new KeyReader(bytes.unsafeArray(), offset);
        K key = read(in);
        if (!in.atEnd()) {
            throw new IllegalArgumentException("bytes follow the key");
        }
        return key;
    }

    /** All keys from one (included) up to another (excluded). */
    default KeyRange<K> range(K fromIncluded, K toExcluded) {
        return new KeyRange<>(encode(fromIncluded), encode(toExcluded));
    }

    /** Keys of another type, written as this codec writes what they are made of. */
    default <T> KeyCodec<T> map(Function<? super K, ? extends T> to, Function<? super T, K> back) {
        return KeyCodecs.mapped(this, to, back);
    }

    /** The same keys in the opposite order: for "newest first". */
    default KeyCodec<K> reversed() {
        return KeyCodecs.reversed(this);
    }

    /** Text in the order of its UTF-8 bytes. */
    static KeyCodec<String> string() {
        return KeyCodecs.STRING;
    }

    /** Signed 64-bit numbers. */
    static KeyCodec<Long> int64() {
        return KeyCodecs.INT64;
    }

    /** Signed 32-bit numbers. */
    static KeyCodec<Integer> int32() {
        return KeyCodecs.INT32;
    }

    /** Byte strings of any length. */
    static KeyCodec<Bytes> bytes() {
        return KeyCodecs.BYTES;
    }

    /** All texts that start with a text. */
    static KeyRange<String> stringsStartingWith(String start) {
        return KeyRange.prefix(new KeyWriter().openString(start).toBytes());
    }

    /**
     * A key of two parts, ordered by the first, then by the second; nest it for more. The usual key
     * of a resource is (account, identifier).
     */
    static <K, A, B> PairKeyCodec<K, A, B> pair(
            KeyCodec<A> first,
            KeyCodec<B> second,
            BiFunction<? super A, ? super B, ? extends K> make,
            Function<? super K, ? extends A> firstOf,
            Function<? super K, ? extends B> secondOf) {
        return new PairKeyCodec<>(first, second, make, firstOf, secondOf);
    }
}
