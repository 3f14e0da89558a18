package io.brume.control.api.gateway;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Turns a request's head into an {@link HttpCall}, and refuses what could mean two things to two
 * readers: such requests are how smuggling begins (RFC 9112, sections 3.2, 6.1 and 11.2).
 */
final class RequestHead {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,255}");

    private RequestHead() {}

    /**
     * The head as a call without a body.
     *
     * @throws Fault when the head is ambiguous or beyond a bound
     */
    static HttpCall read(HttpServerRequest request, int maxHeaders) {
        if (request.headers().entries().size() > maxHeaders) {
            throw Fault.invalid(
                            "RequestHeaderSectionTooLarge",
                            "Your request has more header fields than are allowed.")
                    .withStatus(431);
        }
        var call = lenient(request);
        demandOneHost(request, call);
        demandOneLength(call);
        return call;
    }

    /** As {@link #read}, for an answer to a request that was refused already. */
    static HttpCall lenient(HttpServerRequest request) {
        var target = request.uri() == null ? "/" : request.uri();
        var local = target.startsWith("/") ? target : "/" + afterAuthority(target);
        int mark = local.indexOf('?');
        return new HttpCall(
                request.method() == null ? "GET" : request.method().name(),
                mark < 0 ? local : local.substring(0, mark),
                mark < 0 ? "" : local.substring(mark + 1),
                headers(request.headers()),
                new byte[0]);
    }

    /** The length that the head declares; −1 when it declares none. */
    static long length(HttpCall call) {
        var text = call.header("content-length");
        return text == null ? -1 : Long.parseLong(text);
    }

    /** Whether a body follows the head. */
    static boolean hasBody(HttpCall call) {
        return length(call) > 0 || call.header("transfer-encoding") != null;
    }

    /** Whether the request claims a signature, in whatever form. */
    static boolean signed(HttpCall call) {
        return call.header("authorization") != null
                || call.query().contains("X-Amz-Signature=")
                || call.query().contains("X-Amz-Credential=")
                || call.query().contains("AWSAccessKeyId=");
    }

    private static void demandOneHost(HttpServerRequest request, HttpCall call) {
        var hosts = call.headers().getOrDefault("host", List.of());
        boolean required = request.version() == HttpVersion.HTTP_1_1;
        if (hosts.size() > 1
                || (required && hosts.isEmpty())
                || !hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
            throw malformed("The request must have one valid Host header.");
        }
        if (!request.uri().startsWith("/")) {
            throw malformed("The request target must be a path.");
        }
        if (request.uri().chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '#')) {
            throw malformed("The request target has characters that must be encoded.");
        }
    }

    private static void demandOneLength(HttpCall call) {
        var lengths = call.headers().getOrDefault("content-length", List.of());
        var encodings = call.headers().getOrDefault("transfer-encoding", List.of());
        if (lengths.size() > 1 || !lengths.stream().allMatch(l -> LENGTH.matcher(l).matches())) {
            throw malformed("The request must have one valid Content-Length header.");
        }
        if (!encodings.isEmpty() && !lengths.isEmpty()) {
            throw malformed("Content-Length and Transfer-Encoding exclude each other.");
        }
        if (encodings.size() > 1
                || !encodings.stream().allMatch(e -> e.equalsIgnoreCase("chunked"))) {
            throw malformed("The only Transfer-Encoding is chunked.");
        }
    }

    private static Fault malformed(String message) {
        return Fault.invalid("MalformedHttpRequest", message);
    }

    // http://host/path?query, which only proxies are sent, and which is refused; for the answer.
    private static String afterAuthority(String target) {
        int scheme = target.indexOf("://");
        int slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
        return slash < 0 ? "" : target.substring(slash + 1);
    }

    private static Map<String, List<String>> headers(MultiMap sent) {
        var headers = new HashMap<String, List<String>>();
        for (var header : sent) {
            headers.computeIfAbsent(
                            header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                    .add(header.getValue());
        }
        return headers;
    }
}
