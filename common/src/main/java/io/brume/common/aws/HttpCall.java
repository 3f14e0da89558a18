package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as the protocols and the signature see it, whatever server took it in.
 *
 * @param method upper case
 * @param path as sent: still percent-encoded, never normalised, without the query
 * @param query as sent: still percent-encoded, without the question mark; empty when there is none
 * @param headers by lower-case name, values in the order received; never empty lists
 * @param body the whole body, already bounded by whoever took it in; callers must not change it
 */
public record HttpCall(
        String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
    public HttpCall {
        requireNonNull(method);
        requireNonNull(path);
        requireNonNull(query);
        requireNonNull(headers);
        requireNonNull(body);
    }

    /** The first value of a header, whatever the case of its name. */
    public @Nullable String header(String name) {
        var values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? null : values.getFirst();
    }

    /** The same request with another body, for instance once chunk framing has been taken off. */
    public HttpCall withBody(byte[] other) {
        return new HttpCall(method, path, query, headers, other);
    }
}
