package io.brume.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class KeyCodecTest {
    private record Key(String account, long number, String name) {}

    private record Rest(long number, String name) {}

    private static final PairKeyCodec<Rest, Long, String> REST =
            KeyCodec.pair(
                    KeyCodec.int64().reversed(),
                    KeyCodec.string(),
                    Rest::new,
                    Rest::number,
                    Rest::name);

    private static final PairKeyCodec<Key, String, Rest> KEY =
            KeyCodec.pair(
                    KeyCodec.string(),
                    REST,
                    (account, rest) -> new Key(account, rest.number(), rest.name()),
                    Key::account,
                    key -> new Rest(key.number(), key.name()));

    private static final Comparator<String> UTF8 =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::account, UTF8)
                    .thenComparing(Key::number, Comparator.reverseOrder())
                    .thenComparing(Key::name, UTF8);

    /** Texts that are often prefixes of one another and often have zeros. */
    private static String text(String raw) {
        String mapped = raw.replace('b', '\u0000').replace('c', '\u0001').replace('d', '\u00ff');
        return new String(mapped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    @Property
    void bytesSortAsKeysDoAndComeBack(
            @ForAll @StringLength(max = 4) @CharRange(from = 'a', to = 'e') String a1,
            @ForAll @StringLength(max = 4) @CharRange(from = 'a', to = 'e') String a2,
            @ForAll long n1,
            @ForAll long n2,
            @ForAll @StringLength(max = 5) String s1,
            @ForAll @StringLength(max = 5) String s2) {
        Key one = new Key(text(a1), n1, text(s1));
        Key other = new Key(text(a2), n2, text(s2));
        assertThat(KEY.decode(KEY.encode(one))).isEqualTo(one);
        assertThat(Integer.signum(KEY.encode(one).compareTo(KEY.encode(other))))
                .isEqualTo(Integer.signum(ORDER.compare(one, other)));
        if (!one.equals(other)) {
            assertThat(KEY.encode(other).startsWith(KEY.encode(one))).isFalse();
        }
    }

    @Property
    void rangesHoldExactlyWhatTheySay(
            @ForAll @StringLength(max = 3) String a,
            @ForAll @StringLength(max = 3) String b,
            @ForAll long number) {
        String account = text(a);
        String other = text(b);
        Bytes key = KEY.encode(new Key(other, number, "n"));
        assertThat(KEY.startingWith(account).contains(key)).isEqualTo(account.equals(other));
        assertThat(KeyCodec.stringsStartingWith(account).contains(KeyCodec.string().encode(other)))
                .isEqualTo(other.startsWith(account));
        KeyRange<Key> inside = KEY.startingWith(account, REST.startingWith(number));
        assertThat(inside.contains(key)).isEqualTo(account.equals(other));
        assertThat(inside.after(KEY, new Key(account, number, "n")).contains(key)).isFalse();
    }

    @Property
    void integersSortAsNumbers(@ForAll int a, @ForAll int b) {
        assertThat(Integer.signum(KeyCodec.int32().encode(a).compareTo(KeyCodec.int32().encode(b))))
                .isEqualTo(Integer.compare(a, b));
        assertThat(KeyCodec.int32().decode(KeyCodec.int32().encode(a))).isEqualTo(a);
    }

    @Test
    void bytesThatNoCodecWroteAreRefused() {
        for (byte[] wrong : new byte[][] {{}, {1}, {0}, {0, 1}, {'a', 0, 0, 1}}) {
            assertThatThrownBy(() -> KeyCodec.string().decode(Bytes.copyOf(wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> KeyCodec.string().encode("\ud800"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndOfAPrefixIsTheNextOne() {
        assertThat(Bytes.copyOf(new byte[] {1, (byte) 0xff}).prefixEnd())
                .isEqualTo(Bytes.copyOf(new byte[] {2}));
        assertThat(Bytes.copyOf(new byte[] {(byte) 0xff}).prefixEnd()).isNull();
        assertThat(Bytes.EMPTY.prefixEnd()).isNull();
    }
}
