package io.brume.store;

import java.util.function.Function;

/**
 * How a record becomes bytes and back. Version N+1 must read what version N wrote, so a codec maps
 * to a protobuf message of {@code proto/state/v1}, whose fields are added and never reused.
 *
 * <p>Implementations are immutable, thread-safe and deterministic.
 *
 * @param <V> an immutable value
 */
public interface Codec<V> {
    /** The bytes of a value; the caller owns the array. */
    byte[] encode(V value);

    /**
     * The value of these bytes, which it does not keep.
     *
     * @throws IllegalArgumentException if no codec of this record wrote them
     */
    V decode(byte[] bytes);

    /** A codec of two functions. */
    static <V> Codec<V> of(Function<V, byte[]> encode, Function<byte[], V> decode) {
        return new Codec<>() {
            @Override
            public byte[] encode(V value) {
                return encode.apply(value);
            }

            @Override
            public V decode(byte[] bytes) {
                return decode.apply(bytes);
            }
        };
    }
}
