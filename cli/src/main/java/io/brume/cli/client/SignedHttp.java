package io.brume.cli.client;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.sigv4.Signer;
import io.brume.common.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** One POST at a time to a cloud's front door, signed. Thread-safe. */
final class SignedHttp {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Connection connection;
    private final Time time;
    private final HttpClient client = Connection.http();

    SignedHttp(Connection connection, Time time) {
        this.connection = requireNonNull(connection);
        this.time = requireNonNull(time);
    }

    /** What came back. */
    record Answer(int status, String body) {}

    /**
     * Sends a body and waits for the answer, at most a minute.
     *
     * @param service the signing name
     * @param headers in addition to the signature's
     */
    Answer post(String service, String path, Map<String, String> headers, String body) {
        URI uri = connection.endpoint().resolve(path);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Signer signer = connection.signer(service);
        var request = HttpRequest.newBuilder(uri).timeout(LIMIT);
        headers.forEach(request::header);
        signer.sign("POST", uri, headers, bytes, time.now()).forEach(request::header);
        request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        try {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (ConnectException e) {
            throw new CliException(
                    "nothing answers at "
                            + connection.endpoint()
                            + " ("
                            + connection.source()
                            + ")",
                    "is the cloud up? ./brume status, ./brume up",
                    CliException.GENERAL,
                    e);
        } catch (HttpTimeoutException e) {
            throw new CliException(
                    connection.endpoint()
                            + " did not answer within "
                            + LIMIT.toSeconds()
                            + " seconds",
                    "see ./brume status and ./brume logs control-plane",
                    CliException.GENERAL,
                    e);
        } catch (IOException e) {
            throw new CliException(
                    "the connection to " + connection.endpoint() + " broke: " + e.getMessage(),
                    "see ./brume status",
                    CliException.GENERAL,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", "", CliException.GENERAL, e);
        }
    }

    HttpClient client() {
        return client;
    }

    Connection connection() {
        return connection;
    }

    Time time() {
        return time;
    }
}
