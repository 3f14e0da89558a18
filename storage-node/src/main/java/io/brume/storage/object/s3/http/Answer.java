package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import java.util.Map;

/**
 * What a request is answered.
 *
 * @param headers names as they are to be sent; {@code Content-Length}, {@code Date}, {@code Server}
 *     and the request's ids are the server's to write, but for the length that HEAD tells
 */
public record Answer(int status, Map<String, String> headers, Content content) {
    /** The bytes behind the head. */
    public sealed interface Content {}

    /** None. */
    public enum Empty implements Content {
        EMPTY
    }

    /** A whole body; nobody changes it any more. */
    public record Bytes(byte[] bytes) implements Content {
        public Bytes {
            requireNonNull(bytes);
        }
    }

    /** What a reader gives; the server closes it, whatever happens. */
    public record Stream(ContentReader reader, long length) implements Content {
        public Stream {
            requireNonNull(reader);
        }
    }

    public Answer {
        requireNonNull(headers);
        requireNonNull(content);
    }

    public static Answer empty(int status, Map<String, String> headers) {
        return new Answer(status, headers, Empty.EMPTY);
    }

    public static Answer of(int status, Map<String, String> headers, byte[] body) {
        return new Answer(status, headers, new Bytes(body));
    }

    /** How long the body is. */
    public long length() {
        return switch (content) {
            case Empty.EMPTY -> 0;
            case Bytes(var bytes) -> bytes.length;
            case Stream(var reader, var length) -> length;
        };
    }

    /** Gives up what was to be sent. */
    public void discard() {
        if (content instanceof Stream(var reader, var length)) {
            reader.close();
        }
    }
}
