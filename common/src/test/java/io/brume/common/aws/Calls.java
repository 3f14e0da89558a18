package io.brume.common.aws;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** HTTP calls as clients make them. */
final class Calls {
    private Calls() {}

    static HttpCall form(String body) {
        return post("application/x-www-form-urlencoded; charset=utf-8", body, Map.of());
    }

    static HttpCall json(String target, String body) {
        return post("application/x-amz-json-1.0", body, Map.of("x-amz-target", target));
    }

    static HttpCall post(String type, String body, Map<String, String> headers) {
        var all = new HashMap<String, List<String>>();
        all.put("content-type", List.of(type));
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return new HttpCall("POST", "/", "", all, body.getBytes(StandardCharsets.UTF_8));
    }

    static HttpCall get(String path, String query) {
        return new HttpCall("GET", path, query, Map.of(), new byte[0]);
    }

    static String text(HttpReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
