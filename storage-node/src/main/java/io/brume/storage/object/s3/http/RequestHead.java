package io.brume.storage.object.s3.http;

import io.brume.common.aws.HttpCall;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's head as a call without a body, and what is wrong with it: a head that could mean two
 * things to two readers is how smuggling begins (RFC 9112, sections 3.2, 6.1 and 11.2).
 *
 * @param length of the body in bytes; −1 when it comes in chunks
 */
record RequestHead(HttpCall call, long length) {
    private static final byte[] NONE = new byte[0];

    static RequestHead of(HttpRequest request) {
        var target = request.uri();
        var local = target.startsWith("/") ? target : "/";
        int mark = local.indexOf('?');
        var call =
                new HttpCall(
                        request.method().name(),
                        mark < 0 ? local : local.substring(0, mark),
                        mark < 0 ? "" : local.substring(mark + 1),
                        headers(request),
                        NONE);
        return new RequestHead(call, length(call));
    }

    private static Map<String, List<String>> headers(HttpRequest request) {
        var headers = new HashMap<String, List<String>>();
        var sent = request.headers().iteratorCharSequence();
        while (sent.hasNext()) {
            var header = sent.next();
            var name = header.getKey().toString().toLowerCase(Locale.ROOT);
            headers.computeIfAbsent(name, key -> new ArrayList<>(1))
                    .add(header.getValue().toString());
        }
        return headers;
    }

    private static long length(HttpCall call) {
        if (call.headers().containsKey("transfer-encoding")) {
            return -1;
        }
        var lengths = call.headers().getOrDefault("content-length", List.of());
        return lengths.size() == 1 && isLength(lengths.getFirst())
                ? Long.parseLong(lengths.getFirst())
                : 0;
    }

    boolean hasBody() {
        return length != 0;
    }

    boolean expectsContinue() {
        return "100-continue".equalsIgnoreCase(call.header("expect"));
    }

    /** What is wrong with it; null when nothing is. */
    @Nullable String problem(HttpRequest request) {
        var hosts = call.headers().getOrDefault("host", List.of());
        boolean required = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (hosts.size() > 1
                || (required && hosts.isEmpty())
                || !hosts.stream().allMatch(RequestHead::isHost)) {
            return "The request must have one valid Host header.";
        }
        if (!request.uri().startsWith("/")) {
            return "The request target must be a path.";
        }
        if (!isPlain(request.uri())) {
            return "The request target has characters that must be encoded.";
        }
        return framingProblem(required);
    }

    private @Nullable String framingProblem(boolean mayBeChunked) {
        var lengths = call.headers().getOrDefault("content-length", List.of());
        var encodings = call.headers().getOrDefault("transfer-encoding", List.of());
        if (lengths.size() > 1 || !lengths.stream().allMatch(RequestHead::isLength)) {
            return "The request must have one valid Content-Length header.";
        }
        if (!encodings.isEmpty() && !lengths.isEmpty()) {
            return "Content-Length and Transfer-Encoding exclude each other.";
        }
        if (!encodings.isEmpty()
                && (!mayBeChunked
                        || encodings.size() > 1
                        || !encodings.getFirst().equalsIgnoreCase("chunked"))) {
            return "The only Transfer-Encoding is chunked.";
        }
        return null;
    }

    private static boolean isLength(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 18;
    }

    private static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (!isOfHost(host.charAt(i))) {
                return false;
            }
        }
        return !host.isEmpty() && host.length() <= 255;
    }

    private static boolean isOfHost(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || ".:-_[]".indexOf(c) >= 0;
    }

    private static boolean isPlain(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return true;
    }
}
