package io.brume.control.api.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.HttpReply;
import io.brume.common.aws.sigv4.Signer;
import io.brume.control.api.ToyCloud;
import io.brume.control.api.gateway.GatewayOptions.Limits;
import io.brume.control.api.gateway.GatewayOptions.Timeouts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may do to the socket, and what they get for it. */
class GatewayTest {
    private static final Timeouts SHORT =
            new Timeouts(
                    Duration.ofMillis(700),
                    Duration.ofMillis(700),
                    Duration.ofMillis(700),
                    Duration.ofSeconds(5));
    private static final Limits SMALL =
            new Limits(4, 2, 4096, 50, 4096, 100_000, 1000, 120_000, SHORT);

    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final CountDownLatch hold = new CountDownLatch(1);
    private final ToyCloud cloud =
            new ToyCloud(
                    SMALL,
                    List.of(
                            new GatewayRoute.Calls(
                                    "/_brume/echo/",
                                    (call, origin) ->
                                            new HttpReply(
                                                    200,
                                                    Map.of("Content-Type", "text/plain"),
                                                    call.body())),
                            new GatewayRoute.Calls(
                                    "/_brume/hold/",
                                    (call, origin) -> {
                                        awaitRelease();
                                        return new HttpReply(200, Map.of(), new byte[0]);
                                    }),
                            new GatewayRoute.Calls(
                                    "/_brume/broken/",
                                    (call, origin) -> {
                                        throw new IllegalStateException("inner workings");
                                    }),
                            new GatewayRoute.Raw(
                                    "/_brume/socket/",
                                    request ->
                                            request.toWebSocket()
                                                    .onSuccess(socket ->
                                                            socket.textMessageHandler(
                                                                    socket::writeTextMessage)))),
                    List.of(
                            new Readiness(
                                    "store",
                                    () ->
                                            ready.get()
                                                    ? Optional.empty()
                                                    : Optional.of("no leader"))));

    @AfterEach
    void close() throws Exception {
        hold.countDown();
        cloud.close();
    }

    private void awaitRelease() {
        try {
            hold.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private RawClient connect() throws IOException {
        return new RawClient(cloud.port());
    }

    private RawClient.Answer ask(String request) throws IOException {
        try (var client = connect()) {
            return client.send(request).answer();
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
    }

    @Test
    void tellsPeopleAndProbesWhatThisIs() throws IOException {
        var landing = ask(get("/"));
        assertThat(landing.status()).isEqualTo(200);
        assertThat(landing.body()).contains("This is Brume").contains("us-east-1");
        assertThat(landing.head())
                .contains("x-amzn-RequestId: ")
                .contains("x-amz-request-id: ")
                .contains("Date: ")
                .contains("Server: Brume");
        var html = ask("GET / HTTP/1.1\r\nHost: h\r\nAccept: text/html,*/*\r\n\r\n");
        assertThat(html.head()).contains("Content-Type: text/html");
        assertThat(ask(get("/health")).body()).contains("\"status\":\"ok\"");
        assertThat(ask(get("/ready")).body()).contains("{\"name\":\"store\",\"ok\":true}");
        ready.set(false);
        var unready = ask(get("/ready"));
        assertThat(unready.status()).isEqualTo(503);
        assertThat(unready.body()).contains("no leader");
        assertThat(ask(get("/metrics")).body())
                .contains("brume_gateway_connections")
                .contains("brume_gateway_calls");
    }

    @Test
    void refusesUnsignedRequestsToAnythingElse() throws IOException {
        for (var path :
                List.of("/bucket", "/favicon.ico", "/?Action=X", "/metrics/x", "/_brume/x")) {
            var answer = ask(get(path));
            assertThat(answer.status()).as(path).isEqualTo(403);
            assertThat(answer.body()).contains("MissingAuthenticationToken");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOO\r\n\r\n",
                "GET\r\n\r\n",
                "\0\0\0\0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET http://x/y HTTP/1.1\r\nHost: h\r\n\r\n",
                "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\nHost: h\n\n",
                "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\u00fc HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\n folded: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA\0b: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: x\0y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: x\ry\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void refusesWhatIsNotProperHttp(String request) throws IOException {
        var answer = ask(request);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.closes()).isTrue();
        assertThat(answer.body()).contains("<Code>MalformedHttpRequest</Code>");
    }

    /** Each ends in a second request that a laxer reader would see. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
                "Content-Length: 40\r\nContent-Length: 0\r\n\r\n",
                "Content-Length: 0, 40\r\n\r\n",
                "Content-Length: +0\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 0x0\r\n\r\n",
                "Content-Length : 0\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "\u000bTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1\nab\n0\n\n"
            })
    void letsNoRequestBeSmuggled(String rest) throws IOException {
        try (var client = connect()) {
            client.trySend("POST / HTTP/1.1\r\nHost: h\r\n" + rest + get("/health"));
            var answers = client.rest();
            assertThat(answers).doesNotContain("HTTP/1.1 2").doesNotContain("HTTP/1.1 5");
            assertThat(answers.split("HTTP/1.1 4", -1)).hasSizeLessThanOrEqualTo(2);
        }
    }

    /** Vert.x's own decoder takes both for headers that they are not. */
    @Test
    void readsHeaderNamesAsTheyWereSent() throws IOException {
        for (var name : List.of("Content-Xength", "content-xength", "Content_Length")) {
            try (var client = connect()) {
                client.send(post("/_brume/echo/", name + ": 20\r\n", "") + get("/health"));
                assertThat(client.answer().body()).isEmpty();
                assertThat(client.answer().body()).contains("\"status\":\"ok\"");
            }
        }
    }

    @Test
    void boundsTheHead() throws IOException {
        assertThat(ask("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: h\r\n\r\n").status())
                .isEqualTo(414);
        assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(5000) + "\r\n\r\n").status())
                .isEqualTo(431);
        assertThat(ask("GET / HTTP/1.1\r\nHost: h\r\n" + "a: b\r\n".repeat(60) + "\r\n").status())
                .isEqualTo(431);
        try (var client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n");
            for (int i = 0; i < 10_000 && client.trySend("h" + i + ": v\r\n"); i++) {
                // a flood that never ends its head
            }
            assertThat(client.rest()).contains("HTTP/1.1 431");
        }
    }

    @Test
    void boundsTheBody() throws IOException {
        var tooLong = ask(post("/", "Content-Length: 5000\r\n", ""));
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.body()).contains("RequestEntityTooLarge");
        try (var client = connect()) {
            client.send(post("/", "Transfer-Encoding: chunked\r\n", ""));
            var chunk = "100\r\n" + "x".repeat(256) + "\r\n";
            for (int i = 0; i < 1000 && client.trySend(chunk); i++) {
                // more than it may be
            }
            assertThat(client.rest()).contains("HTTP/1.1 413");
        }
        var signed = "Authorization: AWS4-HMAC-SHA256 x\r\n";
        assertThat(ask(post("/", signed + "Content-Length: 100001\r\n", "")).status())
                .isEqualTo(413);
        var within = ask(post("/", signed + "Content-Length: 90000\r\n", "x".repeat(90_000)));
        assertThat(within.status()).isBetween(400, 403);
    }

    @Test
    void boundsAllBodiesTogether() throws IOException {
        var big = "Authorization: AWS4-HMAC-SHA256 x\r\nContent-Length: 90000\r\n";
        try (var first = connect()) {
            first.send(post("/", big, "x"));
            await().untilAsserted(() -> {
                var second = ask(post("/", big, "x"));
                assertThat(second.status()).isEqualTo(503);
                assertThat(second.body()).contains("ServiceUnavailable");
            });
        }
        await().untilAsserted(() ->
                assertThat(ask(post("/", big, "x".repeat(90_000))).status()).isBetween(400, 403));
    }

    @Test
    void answersExpectContinueBeforeTheBody() throws IOException {
        try (var client = connect()) {
            var headers = "Content-Length: 5\r\nExpect: 100-continue\r\n";
            client.send(post("/_brume/echo/", headers, ""));
            assertThat(client.answer().status()).isEqualTo(100);
            var answer = client.send("hello").answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            headers = "Content-Length: 5000\r\nExpect: 100-continue\r\n";
            assertThat(client.send(post("/_brume/echo/", headers, "")).answer().status())
                    .isEqualTo(413);
        }
        assertThat(ask(post("/", "Content-Length: 5\r\nExpect: a-pony\r\n", "")).status())
                .isEqualTo(417);
    }

    @Test
    void keepsAConnectionAndAnswersPipelinedRequestsInOrder() throws IOException {
        try (var client = connect()) {
            var requests = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                requests.append(post("/_brume/echo/", "Content-Length: 2\r\n", "" + (10 + i)));
            }
            client.send(requests.toString());
            for (int i = 0; i < 20; i++) {
                assertThat(client.answer().body()).isEqualTo("" + (10 + i));
            }
        }
    }

    @Test
    void closesSlowConnectionsHoweverBusy() throws IOException {
        var drips =
                List.of(
                        "GET / HTTP/1.1\r\nHost: h\r\n",
                        post("/_brume/echo/", "Content-Length: 900\r\n", ""),
                        post("/_brume/echo/", "Transfer-Encoding: chunked\r\n", "300\r\n"));
        for (var start : drips) {
            try (var client = connect()) {
                client.send(start);
                await().atMost(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> !client.trySend("x"));
            }
        }
        try (var idle = connect()) {
            assertThat(idle.send(get("/health")).answer().status()).isEqualTo(200);
            assertThat(idle.rest()).isEmpty();
        }
        await().until(() -> cloud.metrics.scrape().contains("brume_gateway_connections 0"));
    }

    @Test
    void boundsConnections() throws IOException {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 4; i++) {
                clients.add(connect());
                assertThat(clients.getLast().send(get("/health")).answer().status()).isEqualTo(200);
            }
            try (var fifth = connect()) {
                fifth.trySend(get("/health"));
                assertThat(fifth.rest()).isEmpty();
            }
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
        await().untilAsserted(() -> assertThat(ask(get("/health")).status()).isEqualTo(200));
    }

    @Test
    void boundsCallsAtOnceButStaysObservable() throws IOException {
        try (var first = connect();
                var second = connect()) {
            first.send(get("/_brume/hold/1"));
            second.send(get("/_brume/hold/2"));
            await().until(() -> cloud.metrics.scrape().contains("brume_gateway_calls 2"));
            var refused = ask(get("/_brume/hold/3"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("ServiceUnavailable");
            assertThat(ask(get("/health")).status()).isEqualTo(200);
            hold.countDown();
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(second.answer().status()).isEqualTo(200);
        }
        await().until(() -> cloud.metrics.scrape().contains("brume_gateway_calls 0"));
    }

    @Test
    void aBrokenHandlerTellsNothing() throws IOException {
        var answer = ask(get("/_brume/broken/"));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).contains("InternalError").doesNotContain("inner workings");
    }

    @Test
    void letsWebSocketsThroughToTheirRoute() throws Exception {
        var received = new java.util.concurrent.CompletableFuture<String>();
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create(
                                            "ws://127.0.0.1:" + cloud.port() + "/_brume/socket/"),
                                    new java.net.http.WebSocket.Listener() {
                                        @Override
                                        public java.util.concurrent.CompletionStage<?> onText(
                                                java.net.http.WebSocket webSocket,
                                                CharSequence data,
                                                boolean last) {
                                            received.complete(data.toString());
                                            return java.util.concurrent.CompletableFuture
                                                    .completedStage(null);
                                        }
                                    })
                            .get(10, java.util.concurrent.TimeUnit.SECONDS);
            socket.sendText("hello", true).get(10, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(received.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("hello");
            socket.abort();
        }
    }

    @Test
    void everySingleByteOfASignedRequestMatters() throws IOException {
        var form = "Action=GetCallerIdentity&Version=2011-06-15";
        var uri = URI.create("http://127.0.0.1:" + cloud.port() + "/");
        var signer =
                new Signer(
                        ToyCloud.KEY_ID, ToyCloud.SECRET, Optional.empty(), ToyCloud.REGION, "sts");
        var type = Map.of("content-type", "application/x-www-form-urlencoded");
        var request = new StringBuilder("POST / HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n");
        type.forEach((n, v) -> request.append(n).append(": ").append(v).append("\r\n"));
        signer.sign("POST", uri, type, form.getBytes(StandardCharsets.UTF_8), Instant.now())
                .forEach((n, v) -> request.append(n).append(": ").append(v).append("\r\n"));
        request.append("Connection: close\r\nContent-Length: ").append(form.length());
        request.append("\r\n\r\n").append(form);
        assertThat(ask(request.toString()).body()).contains("arn:aws:iam::123456789012:root");
        int refused = 0;
        int unsigned = request.indexOf("Connection: close");
        for (int i = 0; i < request.length(); i += 3) {
            if (i >= unsigned && i < unsigned + "Connection: close".length()) {
                continue;
            }
            var changed = new StringBuilder(request);
            char c = changed.charAt(i);
            changed.setCharAt(i, c == '~' ? '!' : (char) (c ^ 1));
            try (var client = connect()) {
                client.trySend(changed.toString());
                var answers = client.rest();
                refused += answers.startsWith("HTTP/1.1 4") ? 1 : 0;
                assertThat(answers)
                        .as("byte %s of %s", i, request)
                        .doesNotContain("root")
                        .doesNotContain("HTTP/1.1 5");
            }
        }
        assertThat(refused).isGreaterThan(100);
    }
}
