package io.brume.control.api.gateway;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.brume.control.api.ApiHandler;
import io.brume.control.api.Origin;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;

/**
 * Something at the API's endpoint that does not go through the pipeline of AWS calls. It
 * authenticates its callers itself.
 */
public sealed interface GatewayRoute {
    /** What every path of Brume's own starts with; no bucket's name can. */
    String ROOT = "/_brume/";

    /** How sure a route is that a request is for it. */
    enum Claim {
        NONE,
        /** Unless a page for people and probes has this path. */
        UNLESS_A_PAGE,
        SURELY
    }

    /** Whether a request is for this route, by its head alone. */
    Claim claim(HttpCall head);

    /**
     * Takes whole requests on a virtual thread, within the same bounds as AWS calls.
     *
     * @param prefix paths that start so belong to this route
     * @param handler blocks as it likes
     */
    record Calls(String prefix, ApiHandler handler) implements GatewayRoute {
        public Calls {
            demandBelowRoot(prefix);
        }

        @Override
        public Claim claim(HttpCall head) {
            return head.path().startsWith(prefix) ? Claim.SURELY : Claim.NONE;
        }
    }

    /**
     * Takes requests as they come, on an event loop: WebSockets and streams.
     *
     * @param prefix paths that start so belong to this route
     * @param handler must not block; bounds the body itself
     */
    record Raw(String prefix, Handler<HttpServerRequest> handler) implements GatewayRoute {
        public Raw {
            demandBelowRoot(prefix);
        }

        @Override
        public Claim claim(HttpCall head) {
            return head.path().startsWith(prefix) ? Claim.SURELY : Claim.NONE;
        }
    }

    /**
     * Takes requests whose bodies are of any length and for as long as they move, on an event loop.
     *
     * @param claims tells which
     */
    record Streams(Function<HttpCall, Claim> claims, StreamHandler handler)
            implements GatewayRoute {
        public Streams {
            requireNonNull(claims);
            requireNonNull(handler);
        }

        @Override
        public Claim claim(HttpCall head) {
            return claims.apply(head);
        }
    }

    /** See {@link Streams}. */
    @FunctionalInterface
    interface StreamHandler {
        /**
         * Takes a request whose body nobody has read. Must not block, must answer or close the
         * connection, and watches itself that neither side stands still.
         */
        void handle(HttpServerRequest request, HttpCall head, Origin origin);
    }

    private static void demandBelowRoot(String prefix) {
        if (!prefix.startsWith(ROOT) || prefix.length() == ROOT.length()) {
            throw new IllegalArgumentException("a route is below " + ROOT + ": " + prefix);
        }
    }
}
