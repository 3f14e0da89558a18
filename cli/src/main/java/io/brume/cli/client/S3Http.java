package io.brume.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests to the object store, signed; bodies stream both ways. What failed on its way, or for
 * want of a storage node, is tried three times more: every request here may be repeated.
 * Thread-safe.
 */
final class S3Http {
    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int MOST_ERROR_BYTES = 64 << 10;

    private final Connection connection;
    private final Time time;
    private final HttpClient client = Connection.http();

    S3Http(Connection connection, Time time) {
        this.connection = requireNonNull(connection);
        this.time = requireNonNull(time);
    }

    /** A request. */
    record Call(
            String method, String path, String query, Map<String, String> headers, S3Body body) {
        static Call of(String method, String path, String query) {
            return new Call(method, path, query, Map.of(), S3Body.NONE);
        }

        Call with(S3Body other) {
            return new Call(method, path, query, headers, other);
        }

        Call with(Map<String, String> others) {
            return new Call(method, path, query, others, body);
        }
    }

    URI uri(String path, String query) {
        var base = connection.endpoint().toString();
        var root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return URI.create(root + path + (query.isEmpty() ? "" : "?" + query));
    }

    URI presigned(String method, S3Url url, Duration validity) {
        return connection.signer("s3").presign(method, uri(url.path(), ""), validity, time.now());
    }

    /**
     * Sends, and gives the answer as it streams in; whoever takes it closes it.
     *
     * @throws ServiceException when the store refuses
     * @throws CliException when there is no answer
     */
    HttpResponse<InputStream> send(Call call) {
        var sent = new AtomicLong();
        var body =
                new S3Body(
                        call.body().source(),
                        call.body().length(),
                        count -> {
                            sent.addAndGet(count);
                            call.body().moved().accept(count);
                        });
        for (int attempt = 1; ; attempt++) {
            Optional<RuntimeException> failure;
            try {
                var answer = once(call.with(body));
                failure = failure(answer, call);
                if (failure.isEmpty()) {
                    return answer;
                }
                boolean worthIt = answer.statusCode() >= 500;
                if (!worthIt || attempt == TRIES) {
                    throw failure.get();
                }
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw new CliException(
                            "there is no answer from "
                                    + connection.endpoint()
                                    + ": "
                                    + Optional.ofNullable(e.getMessage()).orElse(e.toString()),
                            "is the cloud up? ./brume status",
                            CliException.GENERAL,
                            e);
                }
            }
            call.body().moved().accept(-sent.getAndSet(0));
            pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
        }
    }

    private HttpResponse<InputStream> once(Call call) throws IOException {
        var uri = uri(call.path(), call.query());
        var request = HttpRequest.newBuilder(uri);
        call.headers().forEach(request::header);
        connection
                .signer("s3")
                .signHashed(call.method(), uri, call.headers(), call.body().hash(), time.now())
                .forEach(request::header);
        request.method(call.method(), call.body().publisher());
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", "", CliException.GENERAL, e);
        }
    }

    private Optional<RuntimeException> failure(HttpResponse<InputStream> answer, Call call)
            throws IOException {
        if (answer.statusCode() / 100 == 2) {
            return Optional.empty();
        }
        String text;
        try (var in = answer.body()) {
            text = new String(in.readNBytes(MOST_ERROR_BYTES), UTF_8);
        }
        return Optional.of(refusal(answer.statusCode(), text, call));
    }

    private static ServiceException refusal(int status, String text, Call call) {
        try {
            var error = XmlTree.parse(text);
            if (!error.at("Code").isEmpty()) {
                return new ServiceException(error.at("Code"), error.at("Message"), status);
            }
        } catch (IllegalArgumentException e) {
            // An answer to HEAD has no body, and a proxy's is no XML: the status says it.
        }
        return status == 404
                ? new ServiceException("NotFound", "there is no " + call.path(), status)
                : new ServiceException("HTTP" + status, "the store answered " + status, status);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", "", CliException.GENERAL, e);
        }
    }

    /** Sends and reads an answer that is short, or is read whole by those who list. */
    XmlTree xml(Call call) {
        var text = text(call);
        try {
            return text.isBlank() ? new XmlTree("Empty", "", List.of()) : XmlTree.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    connection.endpoint() + " answered with something that is not XML",
                    "is the endpoint right? It came from " + connection.source(),
                    CliException.GENERAL,
                    e);
        }
    }

    private String text(Call call) {
        try (var in = send(call).body()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new CliException(
                    "the answer broke off: " + e.getMessage(),
                    "try again",
                    CliException.GENERAL,
                    e);
        }
    }
}
