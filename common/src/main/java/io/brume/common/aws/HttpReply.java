package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * The answer to one {@link HttpCall}.
 *
 * @param status the HTTP status
 * @param headers names as they are to be sent
 * @param body the whole body; callers must not change it
 */
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    public HttpReply {
        headers = Map.copyOf(headers);
        requireNonNull(body);
    }
}
