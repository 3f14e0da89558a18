package io.brume.control.api.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;

/**
 * Closes a connection that stays in one phase for too long, however busily its bytes trickle: a
 * timeout on idleness alone lets a client hold a connection by a byte now and then. Of one event
 * loop.
 *
 * <pre>
 *   head → body → handling → answer → head …
 * </pre>
 *
 * Handling has no limit here: it is our own time, not the client's.
 */
final class ConnectionWatch {
    private static final long NONE = -1;

    private final Vertx vertx;
    private final HttpConnection connection;
    private final GatewayOptions.Timeouts timeouts;
    private long timer = NONE;

    ConnectionWatch(Vertx vertx, HttpConnection connection, GatewayOptions.Timeouts timeouts) {
        this.vertx = vertx;
        this.connection = connection;
        this.timeouts = timeouts;
        within(timeouts.firstHead());
    }

    void bodyBegins() {
        within(timeouts.body());
    }

    void handlingBegins() {
        cancel();
    }

    void answerBegins() {
        within(timeouts.answer());
    }

    void nextHeadBegins() {
        within(timeouts.nextHead());
    }

    /** For connections that closed, and for WebSockets, which are no longer ours to watch. */
    void end() {
        cancel();
    }

    private void within(Duration limit) {
        cancel();
        timer = vertx.setTimer(limit.toMillis(), fired -> connection.close());
    }

    private void cancel() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }
}
