package io.brume.control.api.s3;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.ServiceRouter;
import io.brume.control.api.Origin;
import io.brume.control.api.s3.S3Forwarder.End;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way to a storage node and back. What goes through is untouched but for the
 * headers that concern one connection only. Another node is tried as long as none has had anything
 * of the request's body, and of reads as long as nothing of an answer has come. Of one event loop.
 */
final class Forwarding {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final long LOOK_MILLIS = 5000;

    /** How long a client may take to read an answer that came before its body was read. */
    private static final long LINGER_MILLIS = 1000;

    private final S3Forwarder forwarder;
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpCall head;
    private final Origin origin;
    private final boolean hasBody;
    private List<S3Node> left;
    private @Nullable HttpClientRequest upstream;
    private boolean bodyBegun;
    private boolean answering;
    private boolean over;
    private long timer;
    private long movedBytes;
    private Duration still = Duration.ZERO;

    Forwarding(
            S3Forwarder forwarder,
            Vertx vertx,
            HttpServerRequest request,
            HttpCall head,
            Origin origin) {
        this.forwarder = requireNonNull(forwarder);
        this.vertx = requireNonNull(vertx);
        this.request = requireNonNull(request);
        this.head = requireNonNull(head);
        this.origin = requireNonNull(origin);
        this.hasBody = ConnectionHeaders.announceBody(head);
        this.left = forwarder.candidates();
    }

    void begin() {
        request.pause();
        // Pipes take the handlers of exceptions for themselves.
        request.response().closeHandler(gone -> clientGone());
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
        next();
    }

    private void next() {
        if (over) {
            return;
        }
        if (left.isEmpty()) {
            refuse();
            return;
        }
        var node = left.getFirst();
        left = left.subList(1, left.size());
        var options =
                new RequestOptions()
                        .setHost(node.forward().host())
                        .setPort(node.forward().port())
                        .setMethod(request.method())
                        .setURI(request.uri());
        forwarder
                .clients()
                .of(node)
                .request(options)
                .onSuccess(this::send)
                .onFailure(problem -> {
                    LOG.debug("{} cannot be reached: {}", node.id(), problem.toString());
                    forwarder.unreachable(node);
                    next();
                });
    }

    private void send(HttpClientRequest to) {
        if (over) {
            to.reset();
            return;
        }
        upstream = to;
        ConnectionHeaders.copyRequest(request, to.headers(), origin);
        to.exceptionHandler(problem -> LOG.debug("{}: {}", origin.requestId(), "" + problem));
        to.response().onSuccess(this::answer).onFailure(problem -> broke(to, problem));
        boolean awaited = hasBody && head.header("expect") != null;
        if (!hasBody) {
            request.resume();
            to.end();
        } else {
            if (head.header("content-length") == null) {
                to.setChunked(true);
            }
            if (awaited) {
                to.continueHandler(ready -> {
                    request.response().writeContinue();
                    body(to);
                });
                to.sendHead();
            } else {
                body(to);
            }
        }
    }

    private void body(HttpClientRequest to) {
        if (over || answering) {
            return;
        }
        bodyBegun = true;
        request.pipe()
                .endOnFailure(false)
                .to(to)
                .onFailure(problem -> {
                    // A storage node may answer before it has read all: then the answer counts.
                    LOG.debug("request {}: its body stopped: {}", origin.requestId(), "" + problem);
                });
    }

    /** The storage node is gone, or does not speak properly. */
    private void broke(HttpClientRequest to, Throwable problem) {
        if (over || answering || !to.equals(upstream)) {
            return;
        }
        LOG.debug("request {} broke off: {}", origin.requestId(), problem.toString());
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!bodyBegun && reads) {
            next();
        } else {
            refuse();
        }
    }

    private void answer(HttpClientResponse from) {
        if (over) {
            return;
        }
        answering = true;
        var response = request.response();
        response.setStatusCode(from.statusCode());
        ConnectionHeaders.copyAnswer(from.headers(), response.headers());
        boolean cut = hasBody && !request.isEnded();
        if (cut) {
            response.putHeader("Connection", "close");
        }
        boolean bodiless =
                request.method().equals(HttpMethod.HEAD)
                        || from.statusCode() == 204
                        || from.statusCode() == 304;
        if (bodiless) {
            response.end().onComplete(done -> answered(cut));
            return;
        }
        if (from.getHeader("Content-Length") == null) {
            response.setChunked(true);
        }
        from.pipe()
                .endOnFailure(false)
                .to(response)
                .onSuccess(done -> answered(cut))
                .onFailure(problem -> breakOff("the answer broke off: " + problem));
    }

    private void answered(boolean cut) {
        if (!over) {
            over(End.ANSWERED);
            if (cut && !request.isEnded()) {
                // The client may still be sending; closing at once could destroy the answer.
                request.handler(dropped -> {});
                request.resume();
                vertx.setTimer(LINGER_MILLIS, fired -> request.connection().close());
            } else if (cut) {
                request.connection().close();
            }
        }
    }

    private void refuse() {
        var fault =
                Fault.of(
                        Fault.Category.UNAVAILABLE, "SlowDown", "Please reduce your request rate.");
        var reply = ServiceRouter.reply(head, fault, origin.requestId());
        answering = true;
        var response = request.response();
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        response.putHeader("x-amz-request-id", origin.requestId());
        response.putHeader("Retry-After", "1");
        boolean cut = hasBody && !request.isEnded();
        if (cut) {
            response.putHeader("Connection", "close");
        }
        var body = Buffer.buffer(reply.body());
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        response.putHeader("Content-Length", Integer.toString(body.length()));
        over(End.REFUSED);
        (isHead ? response.end() : response.end(body))
                .onComplete(done -> {
                    if (cut) {
                        request.handler(dropped -> {});
                        request.resume();
                        vertx.setTimer(LINGER_MILLIS, fired -> request.connection().close());
                    }
                });
    }

    private void clientGone() {
        breakOff("the client is gone");
    }

    /** Neither side can be told any more than by the end of its connection. */
    private void breakOff(String why) {
        if (!over) {
            LOG.debug("request {} ends: {}", origin.requestId(), why);
            over(End.BROKEN);
            if (upstream != null) {
                upstream.reset();
            }
            request.connection().close();
        }
    }

    private void over(End end) {
        over = true;
        vertx.cancelTimer(timer);
        forwarder.ended(end);
    }

    /** Ends what does not move any more. */
    private void look() {
        long moved = request.bytesRead() + request.response().bytesWritten();
        if (moved != movedBytes) {
            movedBytes = moved;
            still = Duration.ZERO;
            return;
        }
        still = still.plusMillis(LOOK_MILLIS);
        boolean waits = !answering && (!hasBody || request.isEnded());
        var most = waits ? forwarder.patience().answering() : forwarder.patience().moving();
        if (still.compareTo(most) >= 0) {
            breakOff("nothing has moved for " + still);
        }
    }
}
