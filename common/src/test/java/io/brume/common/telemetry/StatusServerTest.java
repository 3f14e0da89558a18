package io.brume.common.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StatusServerTest {
    @Test
    void tellsHowTheProgramIs() throws Exception {
        var reason = new AtomicReference<>(Optional.of("not yet"));
        try (var server =
                        new StatusServer(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                reason::get,
                                () -> "things 3\n");
                var client = HttpClient.newHttpClient()) {
            assertThat(get(client, server, "/health")).isEqualTo("200 ok\n");
            assertThat(get(client, server, "/ready")).isEqualTo("503 not yet\n");
            reason.set(Optional.empty());
            assertThat(get(client, server, "/ready")).isEqualTo("200 ready\n");
            assertThat(get(client, server, "/metrics")).isEqualTo("200 things 3\n");
            assertThat(get(client, server, "/other")).startsWith("404");
        }
    }

    private static String get(HttpClient client, StatusServer server, String path)
            throws Exception {
        var uri = URI.create("http://127.0.0.1:" + server.port() + path);
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
