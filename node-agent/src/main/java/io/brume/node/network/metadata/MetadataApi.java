package io.brume.node.network.metadata;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.InstanceMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The metadata service's rules, without its sockets: request in, answer out. Thread-safe.
 *
 * <p>Source: <a href=
 * "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">
 * Use the Instance Metadata Service</a>.
 */
final class MetadataApi {
    static final String TOKEN = "X-aws-ec2-metadata-token";
    static final String TOKEN_LIFE = "X-aws-ec2-metadata-token-ttl-seconds";
    private static final String FORWARDED = "X-Forwarded-For";
    private static final String TOKEN_PATH = "latest/api/token";
    private static final int MAX_LIFE_SECONDS = 21600;

    /** The versions that AWS answers for; all show the same tree here. */
    static final List<String> VERSIONS =
            List.of(
                    "1.0",
                    "2007-01-19",
                    "2007-03-01",
                    "2007-08-29",
                    "2007-10-10",
                    "2007-12-15",
                    "2008-02-01",
                    "2008-09-01",
                    "2009-04-04",
                    "2011-01-01",
                    "2011-05-01",
                    "2012-01-12",
                    "2014-02-25",
                    "2014-11-05",
                    "2015-10-20",
                    "2016-04-19",
                    "2016-06-30",
                    "2016-09-02",
                    "2018-03-28",
                    "2018-08-17",
                    "2018-09-24",
                    "2019-10-01",
                    "2020-10-27",
                    "2021-01-03",
                    "2021-03-23",
                    "2021-07-15",
                    "2022-09-24",
                    "2024-04-11",
                    "latest");

    /**
     * @param path decoded, without a query
     * @param header the first value of a header, or null
     */
    record Request(String method, String path, UnaryOperator<@Nullable String> header) {}

    /**
     * @param hopLimit the time to live of its packets; 0 = as usual
     */
    @SuppressWarnings("ArrayRecordComponent") // bodies are handed on, never compared
    record Answer(
            int status,
            String contentType,
            byte[] body,
            Map<String, String> headers,
            int hopLimit) {}

    /** An instance and what it may read. */
    record Described(InstanceMetadata metadata, MetadataTree tree) {}

    private final MetadataTokens tokens;

    MetadataApi(MetadataTokens tokens) {
        this.tokens = requireNonNull(tokens);
    }

    /**
     * @param asking empty = no instance is known at the address that asks
     */
    Answer answer(Optional<Described> asking, Request request) {
        if (asking.isEmpty()) {
            return failure(503, "Service Unavailable");
        }
        Described described = asking.get();
        if (!described.metadata().endpointEnabled()) {
            return failure(403, "Forbidden");
        }
        String path = normal(request.path());
        if (path.equals(TOKEN_PATH)) {
            return token(described.metadata(), request);
        }
        return switch (request.method()) {
            case "GET", "HEAD" -> read(described, request, path);
            default -> notAllowed("OPTIONS, GET, HEAD");
        };
    }

    private Answer token(InstanceMetadata metadata, Request request) {
        if (!request.method().equals("PUT")) {
            return notAllowed("OPTIONS, PUT");
        }
        if (header(request, FORWARDED) != null) {
            return failure(403, "Forbidden");
        }
        String life = header(request, TOKEN_LIFE);
        if (life == null || !life.matches("[0-9]{1,5}")) {
            return failure(400, "Bad Request");
        }
        int seconds = Integer.parseInt(life);
        if (seconds < 1 || seconds > MAX_LIFE_SECONDS) {
            return failure(400, "Bad Request");
        }
        String token = tokens.issue(metadata.instanceId(), Duration.ofSeconds(seconds));
        return new Answer(
                200,
                "text/plain",
                token.getBytes(StandardCharsets.US_ASCII),
                Map.of(TOKEN_LIFE, Integer.toString(seconds)),
                metadata.hopLimit());
    }

    private Answer read(Described described, Request request, String path) {
        InstanceMetadata metadata = described.metadata();
        String token = header(request, TOKEN);
        if (token == null
                ? metadata.tokensRequired()
                : !tokens.valid(metadata.instanceId(), token)) {
            return failure(401, "Unauthorized");
        }
        if (path.isEmpty()) {
            return found("text/plain", text(String.join("\n", VERSIONS)));
        }
        int slash = path.indexOf('/');
        String version = slash < 0 ? path : path.substring(0, slash);
        if (!VERSIONS.contains(version)) {
            return failure(404, "Not Found");
        }
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        String type = rest.equals("user-data") ? "application/octet-stream" : "text/plain";
        return described
                .tree()
                .read(rest)
                .map(body -> found(type, body))
                .orElseGet(() -> failure(404, "Not Found"));
    }

    /** Without slashes at the ends and without double ones, which old tools send. */
    private static String normal(String path) {
        String normal = path.replaceAll("/{2,}", "/");
        int start = normal.startsWith("/") ? 1 : 0;
        int end =
                normal.endsWith("/") && normal.length() > start
                        ? normal.length() - 1
                        : normal.length();
        return normal.substring(start, end);
    }

    private static @Nullable String header(Request request, String name) {
        return request.header().apply(name);
    }

    private static Answer found(String type, byte[] body) {
        return new Answer(200, type, body, Map.of(), 0);
    }

    private static Answer notAllowed(String allow) {
        Answer answer = failure(405, "Method Not Allowed");
        return new Answer(405, answer.contentType(), answer.body(), Map.of("Allow", allow), 0);
    }

    /** An error in the form that AWS gives it. */
    static Answer failure(int status, String reason) {
        String title = status + " - " + reason;
        String page =
                """
                <?xml version="1.0" encoding="iso-8859-1"?>
                <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
                 <head>
                  <title>%s</title>
                 </head>
                 <body>
                  <h1>%s</h1>
                 </body>
                </html>
                """
                        .formatted(title, title);
        return new Answer(status, "text/html", text(page), Map.of(), 0);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
