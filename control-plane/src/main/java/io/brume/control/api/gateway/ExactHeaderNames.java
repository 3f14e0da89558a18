package io.brume.control.api.gateway;

import io.netty.util.AsciiString;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Makes Vert.x read header names as they were sent.
 *
 * <p>Vert.x 5.0.12 recognises a few frequent names by comparing some of their bytes and takes
 * {@code Content-Xength} for {@code Content-Length} and {@code content-uype} for {@code
 * content-type}. A proxy in front sees another header there, and so another end of the request:
 * that is request smuggling. This decoder recognises nothing and copies every name.
 *
 * <p>It reaches into Vert.x's own classes. When these change, connections are refused rather than
 * served unprotected; a test sees it first.
 */
final class ExactHeaderNames {
    private static final String DECODER = "httpDecoder";

    private ExactHeaderNames() {}

    /**
     * To be called before the connection has read anything.
     *
     * @return false when the connection is not built as expected and must not be served
     */
    static boolean install(HttpConnection connection, HttpServerOptions options) {
        if (!(connection instanceof HttpServerConnection server)) {
            return false;
        }
        var pipeline = server.channelHandlerContext().pipeline();
        if (!(pipeline.get(DECODER) instanceof VertxHttpRequestDecoder)) {
            return false;
        }
        pipeline.replace(DECODER, DECODER, new Decoder(options));
        return true;
    }

    private static final class Decoder extends VertxHttpRequestDecoder {
        Decoder(HttpServerOptions options) {
            super(options);
        }

        @Override
        protected AsciiString splitHeaderName(byte[] bytes, int start, int length) {
            return new AsciiString(bytes, start, length, true);
        }
    }
}
