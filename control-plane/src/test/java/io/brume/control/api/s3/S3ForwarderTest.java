package io.brume.control.api.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.HttpReply;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.control.api.gateway.Gateway;
import io.brume.control.api.gateway.GatewayOptions;
import io.brume.control.api.gateway.GatewayRoute;
import io.brume.control.domain.NodeId;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S3 through the endpoint: what comes out at a storage node, and what comes back. */
final class S3ForwarderTest {
    private static final String ONE = "node-00000000000000001";
    private static final String TWO = "node-00000000000000002";
    private static final String SIGNED =
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261130/us-east-1/s3/"
                    + "aws4_request, SignedHeaders=host, Signature=00\r\n";

    private final CertificateAuthority authority =
            CertificateAuthority.create("test.brume", Time.system());
    private final Identity control =
            authority.issueClient("control-plane.brume.internal", Duration.ofDays(1));
    private final List<S3Node> nodes = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Vertx vertx;
    private Gateway gateway;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var forwarder =
                new S3Forwarder(
                        vertx,
                        () -> nodes,
                        () -> control,
                        authority.certificate(),
                        S3Forwarder.Patience.standard(),
                        metrics,
                        Time.system());
        open.add(forwarder);
        var claim = new S3Claim(List.of("localhost"), head -> false);
        gateway =
                Gateway.start(
                        vertx,
                        GatewayOptions.plain("127.0.0.1", 0),
                        new Gateway.Parts(
                                "us-east-1",
                                (call, origin) ->
                                        new HttpReply(200, Map.of(), "pipeline".getBytes(UTF_8)),
                                List.of(new GatewayRoute.Streams(claim::of, forwarder)),
                                List.of(),
                                metrics,
                                Ids.secure(),
                                Time.system()));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        for (var each : open.reversed()) {
            each.close();
        }
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private StandInNode node(String id, Handler<HttpServerRequest> handler) throws Exception {
        var node = new StandInNode(vertx, authority, id, handler);
        open.add(node);
        nodes.add(node.node());
        return node;
    }

    private static void echo(HttpServerRequest request) {
        request.body().onSuccess(body -> request.response().end(body));
    }

    /** A connection that says just what it is told to. */
    private final class Wire implements AutoCloseable {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        final InputStream in;
        final OutputStream out;

        Wire() throws IOException {
            socket.setSoTimeout(15_000);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        Wire say(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
            return this;
        }

        String head() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("closed after: " + head);
                }
                head.append((char) octet);
            }
            return head.toString();
        }

        String body(int length) throws IOException {
            return new String(in.readNBytes(length), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Wire wire() throws IOException {
        var wire = new Wire();
        open.add(wire);
        return wire;
    }

    @Test
    void headsGoThroughAsTheyWereSigned() throws Exception {
        var seen = new CompletableFuture<HttpServerRequest>();
        node(
                ONE,
                request -> {
                    seen.complete(request);
                    request.response()
                            .putHeader("ETag", "\"x\"")
                            .putHeader("x-amz-request-id", "of-the-node")
                            .end("done");
                });
        var wire =
                wire().say(
                                "GET /b/a%2Fb//../%20+?list-type=2&prefix=%7E HTTP/1.1\r\n"
                                        + "Host: b.example.org:81\r\n"
                                        + SIGNED
                                        + "x-amz-meta-Name:  caf\u00e9\r\n"
                                        + "X-Forwarded-For: 6.6.6.6\r\n"
                                        + "Connection: keep-alive\r\n\r\n");
        var head = wire.head();
        assertThat(head).startsWith("HTTP/1.1 200").contains("of-the-node").contains("\"x\"");
        assertThat(head.split("x-amz-request-id", -1)).hasSize(2);
        assertThat(wire.body(4)).isEqualTo("done");
        var request = seen.get(5, TimeUnit.SECONDS);
        assertThat(request.uri()).isEqualTo("/b/a%2Fb//../%20+?list-type=2&prefix=%7E");
        assertThat(request.headers().getAll("Host")).containsExactly("b.example.org:81");
        assertThat(request.getHeader("x-amz-meta-name")).isEqualTo("caf\u00e9");
        assertThat(request.headers().getAll("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(request.getHeader("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(request.headers().contains("Content-Length")).isFalse();
        assertThat(request.headers().contains("Transfer-Encoding")).isFalse();
    }

    @Test
    void theConnectionServesTheNextRequest() throws Exception {
        node(ONE, S3ForwarderTest::echo);
        var wire = wire();
        for (int i = 0; i < 3; i++) {
            wire.say(
                    "PUT /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "Content-Length: 5\r\n\r\nhello");
            assertThat(wire.head()).startsWith("HTTP/1.1 200").contains("ength: 5");
            assertThat(wire.body(5)).isEqualTo("hello");
        }
        wire.say(
                "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                        + SIGNED
                        + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
        assertThat(wire.body(5)).isEqualTo("hello");
        wire.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        wire.head();
        assertThat(wire.body(8)).isEqualTo("pipeline");
    }

    @Test
    void anAnswerToHeadTellsTheLengthOfWhatItDoesNotBring() throws Exception {
        node(ONE, request -> request.response().putHeader("Content-Length", "12345").end());
        var wire = wire().say("HEAD /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
        assertThat(wire.head().toLowerCase(Locale.ROOT)).contains("content-length: 12345");
        wire.say("HEAD /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
    }

    @Test
    void aClientThatAsksFirstIsAnsweredByTheNode() throws Exception {
        node(
                ONE,
                request -> {
                    if (request.uri().equals("/b/no")) {
                        request.response().setStatusCode(403).end("denied");
                    } else {
                        request.response().writeContinue();
                        echo(request);
                    }
                });
        var wire =
                wire().say(
                                "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                                        + SIGNED
                                        + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 100");
        wire.say("hello");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
        assertThat(wire.body(5)).isEqualTo("hello");
        wire.say(
                "PUT /b/no HTTP/1.1\r\nHost: x\r\n"
                        + SIGNED
                        + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(wire.head())
                .startsWith("HTTP/1.1 403")
                .containsIgnoringCase("connection: close");
        assertThat(wire.body(6)).isEqualTo("denied");
    }

    @Test
    void aBodyWaitsForTheNodeAndIsNotKept() throws Exception {
        var got = new AtomicLong();
        var paused = new CompletableFuture<HttpServerRequest>();
        node(
                ONE,
                request -> {
                    request.pause();
                    request.handler(chunk -> got.addAndGet(chunk.length()));
                    request.endHandler(end -> request.response().end());
                    paused.complete(request);
                });
        long length = 96L << 20;
        var wire =
                wire().say(
                                "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                                        + SIGNED
                                        + "Content-Length: "
                                        + length
                                        + "\r\n\r\n");
        var sent = new AtomicLong();
        var sender =
                Thread.ofVirtual()
                        .start(() -> {
                            var chunk = new byte[1 << 20];
                            try {
                                for (long done = 0; done < length; done += chunk.length) {
                                    wire.out.write(chunk);
                                    sent.addAndGet(chunk.length);
                                }
                            } catch (IOException e) {
                                sent.set(-1);
                            }
                        });
        var request = paused.get(5, TimeUnit.SECONDS);
        var last = new AtomicLong(-1);
        // It comes to a stand while the node reads nothing: what is in flight is sockets' buffers.
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> last.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
        assertThat(sent.get()).isLessThan(64L << 20);
        request.resume();
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
        sender.join();
        assertThat(got.get()).isEqualTo(length);
    }

    @Test
    void anAnswerWaitsForTheClient() throws Exception {
        long length = 96L << 20;
        var written = new AtomicLong();
        node(
                ONE,
                request -> {
                    var response = request.response().putHeader("Content-Length", "" + length);
                    pump(response, length, written);
                });
        var wire = wire().say("GET /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
        wire.head();
        var last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> last.getAndSet(written.get()) == written.get() && written.get() > 0);
        assertThat(written.get()).isLessThan(64L << 20);
        wire.in.skipNBytes(length);
        assertThat(written.get()).isEqualTo(length);
    }

    private static void pump(HttpServerResponse response, long length, AtomicLong written) {
        // Not by the queue's fullness: what TLS has not sealed yet does not count there.
        var chunk = Buffer.buffer(new byte[64 << 10]);
        if (written.addAndGet(chunk.length()) == length) {
            response.end(chunk);
        } else {
            response.write(chunk).onSuccess(gone -> pump(response, length, written));
        }
    }

    @Test
    void anotherNodeIsAskedWhenOneIsGone() throws Exception {
        node(ONE, request -> request.response().end("one"));
        var gone = node(TWO, request -> request.response().end("two"));
        gone.close();
        for (int i = 0; i < 6; i++) {
            var wire =
                    wire().say(
                                    "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                                            + SIGNED
                                            + "Content-Length: 5\r\n\r\nhello");
            assertThat(wire.head()).startsWith("HTTP/1.1 200");
            assertThat(wire.body(3)).isEqualTo("one");
        }
    }

    @Test
    void aReadIsAskedOfAnotherNodeWhenOneBreaksOff() throws Exception {
        node(ONE, request -> request.connection().close());
        node(TWO, request -> request.response().end("two"));
        for (int i = 0; i < 4; i++) {
            var wire = wire().say("GET /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
            assertThat(wire.head()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void withoutANodeClientsAreToTryAgain() throws Exception {
        var wire =
                wire().say(
                                "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                                        + SIGNED
                                        + "Content-Length: 5\r\n\r\nhello");
        var head = wire.head();
        assertThat(head).startsWith("HTTP/1.1 503").contains("Retry-After");
        assertThat(new String(wire.in.readAllBytes(), UTF_8)).contains("<Code>SlowDown</Code>");
    }

    @Test
    void anAnswerThatBreaksOffIsNotEnded() throws Exception {
        node(
                ONE,
                request -> {
                    request.response()
                            .setChunked(true)
                            .write("half")
                            .onComplete(written -> request.connection().close());
                });
        var wire = wire().say("GET /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 200");
        assertThat(new String(wire.in.readAllBytes(), UTF_8)).doesNotContain("0\r\n\r\n");
    }

    @Test
    void aNodeThatIsNotTheOneThatIsMeantGetsNothing() throws Exception {
        var got = new AtomicLong();
        var node =
                node(
                        ONE,
                        request -> {
                            got.incrementAndGet();
                            request.response().end();
                        });
        nodes.clear();
        nodes.add(new S3Node(new NodeId(TWO), node.node().forward()));
        var wire = wire().say("GET /b/k HTTP/1.1\r\nHost: x\r\n" + SIGNED + "\r\n");
        assertThat(wire.head()).startsWith("HTTP/1.1 503");
        assertThat(got.get()).isZero();
    }

    @Test
    void aClientThatGoesEndsTheRequestAtTheNode() throws Exception {
        var ended = new CompletableFuture<Optional<Throwable>>();
        var begun = new CompletableFuture<Boolean>();
        node(
                ONE,
                request -> {
                    request.exceptionHandler(broken -> ended.complete(Optional.of(broken)));
                    request.endHandler(end -> ended.complete(Optional.empty()));
                    request.handler(chunk -> begun.complete(true));
                });
        var wire =
                wire().say(
                                "PUT /b/k HTTP/1.1\r\nHost: x\r\n"
                                        + SIGNED
                                        + "Content-Length: 500000\r\n\r\nhello");
        begun.get(10, TimeUnit.SECONDS);
        wire.close();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isPresent();
    }
}
