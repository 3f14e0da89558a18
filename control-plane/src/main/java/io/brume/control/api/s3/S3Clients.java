package io.brume.control.api.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Connections to storage nodes, a pool each: over TLS, both ends prove who they are. Thread-safe.
 */
final class S3Clients implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2000;

    /** Less than storage nodes keep idle connections, so that none ends under a request. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private static final int MOST_CONNECTIONS = 512;
    private static final int MOST_WAITING = 512;
    private static final int MOST_HEADER_BYTES = 64 << 10;
    private static final long CLOSE_SECONDS = 5;

    /**
     * This program is compiled by C1 alone, whose AES knows nothing of the processor's
     * instructions: 23 MB a second, where this cipher makes 90 to 100.
     */
    private static final String CIPHER = "TLS_CHACHA20_POLY1305_SHA256";

    private final Vertx vertx;
    private final Supplier<Identity> identity;
    private final X509Certificate authority;
    private final Map<S3Node, HttpClientAgent> clients = new ConcurrentHashMap<>();

    /**
     * @param identity the control plane's, asked at each handshake
     * @param authority who certifies storage nodes
     */
    S3Clients(Vertx vertx, Supplier<Identity> identity, X509Certificate authority) {
        this.vertx = requireNonNull(vertx);
        this.identity = requireNonNull(identity);
        this.authority = requireNonNull(authority);
    }

    HttpClientAgent of(S3Node node) {
        return clients.computeIfAbsent(node, this::open);
    }

    private HttpClientAgent open(S3Node node) {
        // One that has moved is reached by a new one.
        clients.keySet().stream()
                .filter(known -> known.id().equals(node.id()) && !known.equals(node))
                .toList()
                .forEach(moved -> {
                    var old = clients.remove(moved);
                    if (old != null) {
                        old.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS);
                    }
                });
        var options =
                new HttpClientOptions()
                        .setSsl(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .addEnabledCipherSuite(CIPHER)
                        .setKeyCertOptions(KeyCertOptions.wrap(new IdentityKeyManager(identity)))
                        .setTrustOptions(
                                TrustOptions.wrap(Trust.node(authority, node.id().value())))
                        // The trust manager knows whom it wants; addresses say nothing.
                        .setVerifyHost(false)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setTcpNoDelay(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxHeaderSize(MOST_HEADER_BYTES)
                        .setDecompressionSupported(false);
        return vertx.httpClientBuilder()
                .with(options)
                .with(
                        new PoolOptions()
                                .setHttp1MaxSize(MOST_CONNECTIONS)
                                .setMaxWaitQueueSize(MOST_WAITING))
                .build();
    }

    @Override
    public void close() {
        clients.values().forEach(client -> client.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS));
        clients.clear();
    }
}
