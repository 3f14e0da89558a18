package io.brume.store;

import java.util.function.BiConsumer;
import java.util.function.Function;

/** The building blocks behind {@link KeyCodec}'s factories. */
final class KeyCodecs {
    static final KeyCodec<String> STRING = of((key, out) -> out.string(key), KeyReader::string);
    static final KeyCodec<Long> INT64 = of((key, out) -> out.int64(key), KeyReader::int64);
    static final KeyCodec<Integer> INT32 = of((key, out) -> out.int32(key), KeyReader::int32);
    static final KeyCodec<Bytes> BYTES =
            of((key, out) -> out.bytes(key.unsafeArray()), in -> Bytes.wrap(in.bytes()));

    private KeyCodecs() {}

    private static <K> KeyCodec<K> of(BiConsumer<K, KeyWriter> write, Function<KeyReader, K> read) {
        return new KeyCodec<>() {
            @Override
            public void write(K key, KeyWriter out) {
                write.accept(key, out);
            }

            @Override
            public K read(KeyReader in) {
                return read.apply(in);
            }
        };
    }

    static <K, T> KeyCodec<T> mapped(
            KeyCodec<K> codec, Function<? super K, ? extends T> to, Function<? super T, K> back) {
        return of((key, out) -> codec.write(back.apply(key), out), in -> to.apply(codec.read(in)));
    }

    static <K> KeyCodec<K> reversed(KeyCodec<K> codec) {
        return of(
                (key, out) -> {
                    int start = out.length();
                    codec.write(key, out);
                    out.invertFrom(start);
                },
                in -> {
                    in.invert();
                    K key = codec.read(in);
                    in.invert();
                    return key;
                });
    }
}
