package io.brume.store;

import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A key of two parts, ordered by the first, then by the second.
 *
 * <p>Immutable and thread-safe.
 */
public final class PairKeyCodec<K, A, B> implements KeyCodec<K> {
    private final KeyCodec<A> first;
    private final KeyCodec<B> second;
    private final BiFunction<? super A, ? super B, ? extends K> make;
    private final Function<? super K, ? extends A> firstOf;
    private final Function<? super K, ? extends B> secondOf;

    PairKeyCodec(
            KeyCodec<A> first,
            KeyCodec<B> second,
            BiFunction<? super A, ? super B, ? extends K> make,
            Function<? super K, ? extends A> firstOf,
            Function<? super K, ? extends B> secondOf) {
        this.first = first;
        this.second = second;
        this.make = make;
        this.firstOf = firstOf;
        this.secondOf = secondOf;
    }

    @Override
    public void write(K key, KeyWriter out) {
        first.write(firstOf.apply(key), out);
        second.write(secondOf.apply(key), out);
    }

    @Override
    public K read(KeyReader in) {
        A a = first.read(in);
        return make.apply(a, second.read(in));
    }

    /** All keys whose first part is this one: an account's resources, say. */
    public KeyRange<K> startingWith(A firstPart) {
        return KeyRange.prefix(first.encode(firstPart));
    }

    /** All keys whose first part is this one and whose second part lies in a range. */
    public KeyRange<K> startingWith(A firstPart, KeyRange<B> secondPart) {
        return secondPart.under(first.encode(firstPart));
    }
}
