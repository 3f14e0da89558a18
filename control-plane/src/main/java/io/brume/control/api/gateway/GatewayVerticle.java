package io.brume.control.api.gateway;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.control.api.Origin;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop of the gateway: its share of the connections. */
final class GatewayVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final long SHUTDOWN_SECONDS = 10;

    private final Shared shared;
    private final GatewayOptions options;
    private final HttpServerOptions http;
    private final IdentityHashMap<HttpConnection, ConnectionWatch> watches =
            new IdentityHashMap<>();
    private @Nullable HttpServer server;

    GatewayVerticle(Shared shared, GatewayOptions options) {
        this.shared = shared;
        this.options = options;
        this.http = httpOptions(options);
    }

    @Override
    public Future<?> start() {
        var created =
                vertx.createHttpServer(http)
                        .connectionHandler(this::connected)
                        .requestHandler(this::requested)
                        .invalidRequestHandler(this::malformed);
        server = created;
        return created.listen(options.port(), options.host());
    }

    @Override
    public Future<?> stop() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    /** The port that is listened on, once started. */
    int port() {
        return requireNonNull(server).actualPort();
    }

    private static HttpServerOptions httpOptions(GatewayOptions options) {
        var limits = options.limits();
        var http =
                new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setHttp2ClearTextEnabled(false)
                        .setHandle100ContinueAutomatically(false)
                        .setMaxInitialLineLength(limits.requestLineBytes())
                        .setMaxHeaderSize(limits.headerBytes())
                        .setDecompressionSupported(false)
                        .setCompressionSupported(false);
        options.certificate()
                .ifPresent(certificate ->
                        http.setSsl(true).setUseAlpn(false).setKeyCertOptions(certificate));
        return http;
    }

    private void connected(HttpConnection connection) {
        if (!ExactHeaderNames.install(connection, http)) {
            LOG.error("this version of Vert.x builds connections in an unknown way: refused");
            connection.close();
            return;
        }
        boolean tooMany = shared.metrics().connectionOpened() > shared.limits().connections();
        connection.closeHandler(closed -> {
            shared.metrics().connectionClosed();
            var watch = watches.remove(connection);
            if (watch != null) {
                watch.end();
            }
        });
        if (tooMany) {
            shared.metrics().refused();
            connection.close();
        } else {
            watches.put(
                    connection, new ConnectionWatch(vertx, connection, shared.limits().timeouts()));
        }
    }

    private void requested(HttpServerRequest request) {
        var watch = watches.get(request.connection());
        if (watch == null) {
            return;
        }
        var exchange = exchange(request, watch);
        HttpCall head;
        try {
            head = RequestHead.read(request, shared.limits().headers());
        } catch (Fault fault) {
            shared.metrics().malformed();
            exchange.refuseAndClose(RequestHead.lenient(request), fault);
            return;
        }
        var route = shared.doors().route(head);
        if (route.isEmpty()) {
            exchange.begin(head, shared.doors().door(head));
            return;
        }
        switch (route.get()) {
            case GatewayRoute.Calls(var prefix, var handler) ->
                    exchange.begin(head, new Doors.Door(handler, false));
            case GatewayRoute.Raw(var prefix, var handler) -> {
                if (head.header("upgrade") != null) {
                    watch.end();
                } else {
                    watch.bodyBegins();
                    request.response().endHandler(ended -> watch.nextHeadBegins());
                }
                handler.handle(request);
            }
            case GatewayRoute.Streams(var claims, var handler) -> {
                watch.handlingBegins();
                request.response().endHandler(ended -> watch.nextHeadBegins());
                handler.handle(request, head, origin(request));
            }
        }
    }

    private void malformed(HttpServerRequest request) {
        shared.metrics().malformed();
        var watch = watches.get(request.connection());
        if (watch == null) {
            request.connection().close();
            return;
        }
        var cause = request.decoderResult().cause();
        var fault =
                switch (cause) {
                    case TooLongHttpLineException line ->
                            Fault.invalid("RequestURITooLong", "The request target is too long.")
                                    .withStatus(414);
                    case TooLongHttpHeaderException header ->
                            Fault.invalid(
                                            "RequestHeaderSectionTooLarge",
                                            "Your request header section exceeds the maximum"
                                                    + " allowed size.")
                                    .withStatus(431);
                    case null, default ->
                            Fault.invalid(
                                    "MalformedHttpRequest", "The request is not proper HTTP.");
                };
        exchange(request, watch).refuseAndClose(RequestHead.lenient(request), fault);
    }

    private Exchange exchange(HttpServerRequest request, ConnectionWatch watch) {
        return new Exchange(shared, vertx.getOrCreateContext(), watch, request, origin(request));
    }

    private Origin origin(HttpServerRequest request) {
        var peer = request.remoteAddress();
        return new Origin(
                shared.ids().uuid().toString(),
                peer == null || peer.hostAddress() == null ? "" : peer.hostAddress(),
                shared.time().now());
    }
}
