package io.brume.control.api.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.aws.HttpReply;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starting, stopping, sharing a port among event loops, and TLS. */
class GatewayLifecycleTest {
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        hold.countDown();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private Gateway start(GatewayOptions options) {
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        return Gateway.start(
                vertx,
                options,
                new Gateway.Parts(
                        "us-east-1",
                        (call, origin) -> {
                            entered.countDown();
                            try {
                                hold.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return new HttpReply(200, Map.of(), "done".getBytes(UTF_8));
                        },
                        List.of(),
                        List.of(),
                        metrics,
                        Ids.secure(),
                        Time.system()));
    }

    @Test
    void severalEventLoopsShareAPort() throws IOException {
        int port = TestPorts.free();
        try (var gateway = start(GatewayOptions.plain("127.0.0.1", port))) {
            assertThat(gateway.port()).isEqualTo(port);
            for (int i = 0; i < 8; i++) {
                try (var client = new RawClient(port)) {
                    client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertThat(client.answer().status()).isEqualTo(200);
                }
            }
        }
        try (var again = start(GatewayOptions.plain("127.0.0.1", port))) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void saysWhenThePortIsTaken() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThatThrownBy(() -> start(GatewayOptions.plain("127.0.0.1", port)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void letsCallsUnderWayFinishWhenItStops() throws Exception {
        var gateway = start(GatewayOptions.plain("127.0.0.1", 0));
        try (var client = new RawClient(gateway.port())) {
            client.send("GET /bucket HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            var stopping = Thread.ofVirtual().start(gateway::close);
            await().until(() -> refusesConnections(gateway.port()));
            hold.countDown();
            assertThat(client.answer().body()).isEqualTo("done");
            stopping.join();
        }
    }

    private static boolean refusesConnections(int port) {
        try (var client = new RawClient(port)) {
            client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n").answer();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void speaksTlsWhenItHasACertificate() throws Exception {
        var certificate = SelfSignedCertificate.create("localhost");
        var options =
                new GatewayOptions(
                        "127.0.0.1",
                        0,
                        Optional.of(certificate.keyCertOptions()),
                        GatewayOptions.Limits.standard());
        try (var gateway = start(options);
                var client = HttpClient.newBuilder().sslContext(trusting(certificate)).build()) {
            var uri = URI.create("https://localhost:" + gateway.port() + "/health");
            var answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        } finally {
            certificate.delete();
        }
    }

    private static SSLContext trusting(SelfSignedCertificate certificate) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (var pem = new java.io.FileInputStream(certificate.certificatePath())) {
            store.setCertificateEntry(
                    "gateway",
                    java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
