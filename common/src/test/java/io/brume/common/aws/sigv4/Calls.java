package io.brume.common.aws.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.brume.common.aws.HttpCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Requests, credentials and realms for the tests. */
final class Calls {
    static final String KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    static final Secret SECRET = Secret.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    static final Credentials<String> CREDENTIALS =
            id ->
                    id.equals(KEY_ID)
                            ? Optional.of(Credential.lasting(KEY_ID, SECRET, "root"))
                            : Optional.empty();
    static final Realm S3 = new Realm(Dialect.S3, List.of("s3"), List.of("us-east-1"));
    static final Realm EC2 = new Realm(Dialect.EC2, List.of("ec2"), List.of("us-east-1"));
    static final Realm STS = new Realm(Dialect.QUERY, List.of("sts"), List.of("us-east-1"));

    private Calls() {}

    /** A call of {@code "METHOD path?query"} and {@code "Name: value"} lines. */
    static HttpCall call(String line, String body, String... headers) {
        int space = line.indexOf(' ');
        int mark = line.indexOf('?');
        var byName = new HashMap<String, List<String>>();
        for (var header : headers) {
            int colon = header.indexOf(':');
            byName.computeIfAbsent(
                            header.substring(0, colon).toLowerCase(Locale.ROOT),
                            name -> new ArrayList<>())
                    .add(header.substring(colon + 1).strip());
        }
        return new HttpCall(
                line.substring(0, space),
                mark < 0 ? line.substring(space + 1) : line.substring(space + 1, mark),
                mark < 0 ? "" : line.substring(mark + 1),
                byName,
                body.getBytes(UTF_8));
    }

    static HttpCall withHeader(HttpCall call, String name, String... values) {
        var headers = new HashMap<>(call.headers());
        headers.put(name, List.of(values));
        return new HttpCall(call.method(), call.path(), call.query(), headers, call.body());
    }

    static HttpCall withoutHeader(HttpCall call, String name) {
        var headers = new HashMap<>(call.headers());
        headers.remove(name);
        return new HttpCall(call.method(), call.path(), call.query(), headers, call.body());
    }

    static HttpCall signed(
            Signer signer,
            String method,
            java.net.URI uri,
            Map<String, String> headers,
            byte[] body,
            java.time.Instant now) {
        var all = new HashMap<String, List<String>>();
        headers.forEach((n, v) -> all.put(n.toLowerCase(Locale.ROOT), List.of(v)));
        signer.sign(method, uri, headers, body, now)
                .forEach((n, v) -> all.put(n.toLowerCase(Locale.ROOT), List.of(v)));
        all.put("host", List.of(uri.getRawAuthority()));
        var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return new HttpCall(method, uri.getRawPath(), query, all, body);
    }
}
