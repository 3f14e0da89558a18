package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The text that is hashed and signed for a request. */
final class CanonicalRequest {
    private CanonicalRequest() {}

    /**
     * @param path already canonical
     * @param query already canonical
     * @param headers by lower-case name; every signed one is there
     */
    static String of(
            String method,
            String path,
            String query,
            Map<String, List<String>> headers,
            List<String> signedHeaders,
            String payloadHash) {
        var text = new StringBuilder(512);
        text.append(method).append('\n').append(path).append('\n').append(query).append('\n');
        for (var name : new TreeSet<>(signedHeaders)) {
            text.append(name)
                    .append(':')
                    .append(value(headers.getOrDefault(name, List.of())))
                    .append('\n');
        }
        return text.append('\n')
                .append(String.join(";", signedHeaders))
                .append('\n')
                .append(payloadHash)
                .toString();
    }

    // A header's characters are its octets (HTTP servers read them so), hence ISO 8859-1: a client
    // that signed and sent UTF-8 is hashed over the same octets.
    static String stringToSign(Instant time, CredentialScope scope, String canonicalRequest) {
        return PresentedSignature.ALGORITHM
                + "\n"
                + Timestamps.basic(time)
                + "\n"
                + scope
                + "\n"
                + Digests.sha256Hex(canonicalRequest.getBytes(ISO_8859_1));
    }

    /** The canonical path of a service that encodes twice and normalises: all but S3. */
    static String normalizedPath(String path) {
        return PercentEncoding.encode(PercentEncoding.normalize(path), true);
    }

    private static String value(List<String> values) {
        return values.size() == 1
                ? collapse(values.getFirst())
                : values.stream().map(CanonicalRequest::collapse).collect(Collectors.joining(","));
    }

    private static String collapse(String value) {
        if (value.indexOf(' ') < 0 && value.indexOf('\t') < 0) {
            return value.strip();
        }
        var out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != ' ' && c != '\t') {
                out.append(c);
            } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
        }
        return out.toString().strip();
    }
}
