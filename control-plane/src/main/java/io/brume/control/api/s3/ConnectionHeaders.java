package io.brume.control.api.s3;

import io.brume.common.aws.HttpCall;
import io.brume.control.api.Origin;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which headers go through. Those of one connection do not (RFC 9110, section 7.6.1); {@code Host}
 * does, since it is signed; who the client is, is said anew, since nobody is believed who says it.
 */
final class ConnectionHeaders {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private static final Set<String> HOP_BY_HOP =
            names(
                    "Connection",
                    "Keep-Alive",
                    "Proxy-Authenticate",
                    "Proxy-Authorization",
                    "Proxy-Connection",
                    "TE",
                    "Trailer",
                    "Transfer-Encoding",
                    "Upgrade");

    private static final Set<String> OURS = names(FORWARDED_FOR, FORWARDED_PROTO);

    private ConnectionHeaders() {}

    private static Set<String> names(String... names) {
        var set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }

    /** Whether a body follows the head. */
    static boolean announceBody(HttpCall head) {
        var length = head.header("content-length");
        return head.header("transfer-encoding") != null || (length != null && !length.equals("0"));
    }

    static void copyRequest(HttpServerRequest from, MultiMap to, Origin origin) {
        for (var header : from.headers()) {
            if (!HOP_BY_HOP.contains(header.getKey()) && !OURS.contains(header.getKey())) {
                to.add(header.getKey(), header.getValue());
            }
        }
        to.set(FORWARDED_FOR, origin.sourceIp());
        to.set(FORWARDED_PROTO, from.isSSL() ? "https" : "http");
    }

    static void copyAnswer(MultiMap from, MultiMap to) {
        for (var header : from) {
            if (!HOP_BY_HOP.contains(header.getKey())) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }
}
