package io.brume.control.api.gateway;

import io.brume.control.api.ApiHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Something of Brume's own at the API's endpoint, under a path that no bucket's name can be ({@code
 * /_brume/…}). It authenticates its callers itself.
 */
public sealed interface GatewayRoute {
    /** What every such path starts with. */
    String ROOT = "/_brume/";

    /** Paths that start so belong to this route. */
    String prefix();

    /**
     * Takes whole requests on a virtual thread, within the same bounds as AWS calls.
     *
     * @param handler blocks as it likes
     */
    record Calls(String prefix, ApiHandler handler) implements GatewayRoute {
        public Calls {
            demandBelowRoot(prefix);
        }
    }

    /**
     * Takes requests as they come, on an event loop: WebSockets and streams.
     *
     * @param handler must not block; bounds the body itself
     */
    record Raw(String prefix, Handler<HttpServerRequest> handler) implements GatewayRoute {
        public Raw {
            demandBelowRoot(prefix);
        }
    }

    private static void demandBelowRoot(String prefix) {
        if (!prefix.startsWith(ROOT) || prefix.length() == ROOT.length()) {
            throw new IllegalArgumentException("a route is below " + ROOT + ": " + prefix);
        }
    }
}
