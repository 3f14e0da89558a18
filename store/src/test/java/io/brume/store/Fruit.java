package io.brume.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tables for the store's tests. */
record Fruit(String account, String colour, int count) {
    record Key(String account, String id) {}

    static final PairKeyCodec<Key, String, String> KEY =
            KeyCodec.pair(KeyCodec.string(), KeyCodec.string(), Key::new, Key::account, Key::id);

    static final Codec<Fruit> CODEC =
            Codec.of(
                    fruit ->
                            String.join(
                                            "/",
                                            fruit.account,
                                            fruit.colour,
                                            Integer.toString(fruit.count))
                                    .getBytes(StandardCharsets.UTF_8),
                    bytes -> {
                        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("/", 3);
                        return new Fruit(parts[0], parts[1], Integer.parseInt(parts[2]));
                    });

    static final Index<Key, Fruit, String> BY_COLOUR =
            new Index<>(1, "by-colour", KeyCodec.string(), (key, fruit) -> List.of(fruit.colour()));

    static final Index<Key, Fruit, Integer> BY_COUNT =
            new Index<>(
                    2,
                    "by-count",
                    KeyCodec.int32(),
                    (key, fruit) -> fruit.count() == 0 ? List.of() : List.of(fruit.count()));

    static final Table<Key, Fruit> TABLE = Table.of(1, "fruit", KEY, CODEC, BY_COLOUR, BY_COUNT);

    static final Table<String, String> NAMES =
            Table.of(
                    2,
                    "names",
                    KeyCodec.string(),
                    Codec.of(
                            text -> text.getBytes(StandardCharsets.UTF_8),
                            bytes -> new String(bytes, StandardCharsets.UTF_8)));
}
