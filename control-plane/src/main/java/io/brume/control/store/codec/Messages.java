package io.brume.control.store.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.function.Function;

/** What the codecs of all records share. */
public final class Messages {
    private Messages() {}

    /** A codec by way of a protobuf message. */
    public static <V, M extends Message> Codec<V> codec(
            Parser<M> parser, Function<V, M> toMessage, Function<M, V> fromMessage) {
        return Codec.of(
                value -> toMessage.apply(value).toByteArray(),
                bytes -> fromMessage.apply(parse(parser, bytes)));
    }

    private static <M extends Message> M parse(Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a stored record", e);
        }
    }

    /** Stamps are kept to the millisecond. */
    static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
