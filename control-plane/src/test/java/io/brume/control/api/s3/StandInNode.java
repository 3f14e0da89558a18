package io.brume.control.api.s3;

import io.brume.common.config.HostPort;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.control.domain.NodeId;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The door of a storage node for the control plane, with whatever behind it. */
final class StandInNode implements AutoCloseable {
    final NodeId id;
    private final HttpServer server;

    StandInNode(
            Vertx vertx,
            CertificateAuthority authority,
            String id,
            Handler<HttpServerRequest> handler)
            throws TimeoutException {
        this.id = new NodeId(id);
        var identity = authority.issueClient(id, Duration.ofDays(1));
        var options =
                new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSsl(true)
                        .setUseAlpn(false)
                        .setHandle100ContinueAutomatically(false)
                        .setKeyCertOptions(
                                KeyCertOptions.wrap(new IdentityKeyManager(() -> identity)))
                        .setTrustOptions(
                                TrustOptions.wrap(Trust.authority(authority.certificate())))
                        .setClientAuth(ClientAuth.REQUIRED);
        server = vertx.createHttpServer(options).requestHandler(handler);
        server.listen().await(10, TimeUnit.SECONDS);
    }

    S3Node node() {
        return new S3Node(id, new HostPort("127.0.0.1", server.actualPort()));
    }

    @Override
    public void close() throws TimeoutException {
        server.close().await(10, TimeUnit.SECONDS);
    }
}
