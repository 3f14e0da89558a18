package io.brume.control.api.gateway;

import io.brume.common.aws.Fault;
import io.brume.common.aws.HttpCall;
import io.brume.common.aws.HttpReply;
import io.brume.common.aws.ServiceRouter;
import io.brume.control.api.ApiHandler;
import io.brume.control.api.Origin;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: takes the body in within its bounds, has it handled on a virtual
 * thread, writes the reply. All but the handling happens on the connection's event loop.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    // After a refusal the client may still be sending; closing at once would reset the connection
    // and could destroy the answer on its way.
    private static final long LINGER_MILLIS = 1000;

    private final Shared shared;
    private final Context context;
    private final ConnectionWatch watch;
    private final HttpServerRequest request;
    private final Origin origin;
    private @Nullable Buffer body;
    private long taken;
    private boolean answered;

    Exchange(
            Shared shared,
            Context context,
            ConnectionWatch watch,
            HttpServerRequest request,
            Origin origin) {
        this.shared = shared;
        this.context = context;
        this.watch = watch;
        this.request = request;
        this.origin = origin;
    }

    void begin(HttpCall head, Doors.Door door) {
        watch.bodyBegins();
        request.exceptionHandler(broken -> broken());
        long declared = RequestHead.length(head);
        var limits = shared.limits();
        int limit = RequestHead.signed(head) ? limits.bodyBytes() : limits.unsignedBodyBytes();
        if (declared > limit) {
            refuse(head, tooLarge(limit));
            return;
        }
        if (declared > 0 && !take(declared)) {
            refuse(head, Overload.fault(head));
            return;
        }
        if (!expectationMet(head)) {
            return;
        }
        request.handler(chunk -> more(head, chunk, limit, declared));
        request.endHandler(end -> bodyComplete(head, door));
    }

    /** Answers without reading the body, and closes the connection. */
    void refuse(HttpCall head, Fault fault) {
        send(ServiceRouter.reply(head, fault, origin.requestId()), RequestHead.hasBody(head));
    }

    /** As {@link #refuse}, for a connection whose framing can no longer be trusted. */
    void refuseAndClose(HttpCall head, Fault fault) {
        send(ServiceRouter.reply(head, fault, origin.requestId()), true);
    }

    private boolean expectationMet(HttpCall head) {
        var expectation = head.header("expect");
        if (expectation == null) {
            return true;
        }
        if (!expectation.equalsIgnoreCase("100-continue")) {
            var message = "The expectation of the request cannot be met.";
            refuseAndClose(head, Fault.invalid("ExpectationFailed", message).withStatus(417));
            return false;
        }
        if (request.version() == HttpVersion.HTTP_1_1 && RequestHead.hasBody(head)) {
            request.response().writeContinue();
        }
        return true;
    }

    private void more(HttpCall head, Buffer chunk, int limit, long declared) {
        if (answered) {
            return;
        }
        var soFar = body == null ? Buffer.buffer(Math.max(0, (int) declared)) : body;
        if (soFar.length() + chunk.length() > limit) {
            refuseAndClose(head, tooLarge(limit));
        } else if (declared < 0 && !take(chunk.length())) {
            refuseAndClose(head, Overload.fault(head));
        } else {
            body = soFar.appendBuffer(chunk);
        }
    }

    private void bodyComplete(HttpCall head, Doors.Door door) {
        if (answered) {
            return;
        }
        if (!door.vital() && !shared.calls().tryAcquire()) {
            shared.metrics().refused();
            refuse(head, Overload.fault(head));
            return;
        }
        watch.handlingBegins();
        var call = body == null ? head : head.withBody(body.getBytes());
        body = null;
        Thread.ofVirtual()
                .name("call-" + origin.requestId())
                .start(() -> handle(call, door.handler(), door.vital()));
    }

    private void handle(HttpCall call, ApiHandler handler, boolean vital) {
        HttpReply reply;
        try {
            reply = handler.handle(call, origin);
        } catch (RuntimeException e) {
            LOG.error("request {} broke its handler", origin.requestId(), e);
            reply = internalError(call);
        } finally {
            if (!vital) {
                shared.calls().release();
            }
        }
        var answer = reply;
        try {
            context.runOnContext(next -> send(answer, false));
        } catch (RejectedExecutionException stopped) {
            LOG.info("the gateway stopped before request {} was answered", origin.requestId());
        }
    }

    private HttpReply internalError(HttpCall call) {
        var fault =
                Fault.of(
                        Fault.Category.INTERNAL,
                        "InternalError",
                        "An internal error has occurred.");
        return ServiceRouter.reply(call, fault, origin.requestId());
    }

    private void send(HttpReply reply, boolean close) {
        if (answered) {
            return;
        }
        answered = true;
        releaseBody();
        if (request.response().closed()) {
            watch.end();
            return;
        }
        watch.answerBegins();
        try {
            write(reply, close);
        } catch (IllegalArgumentException e) {
            // A handler gave a header that HTTP does not allow; nothing has been written yet.
            LOG.error("request {} has an answer that cannot be written", origin.requestId(), e);
            request.connection().close();
        }
    }

    private void write(HttpReply reply, boolean close) {
        var response = request.response();
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        response.putHeader("x-amzn-RequestId", origin.requestId());
        response.putHeader("x-amz-request-id", origin.requestId());
        response.putHeader(
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        origin.received().atOffset(ZoneOffset.UTC)));
        response.putHeader("Server", "Brume");
        if (close) {
            response.putHeader("Connection", "close");
        }
        boolean head = "HEAD".equals(request.method().name());
        boolean bodiless = reply.status() == 204 || reply.status() == 304;
        // An answer to HEAD may tell the length of a body that it does not bring.
        if (!bodiless && !(head && response.headers().contains("Content-Length"))) {
            response.putHeader("Content-Length", Integer.toString(reply.body().length));
        }
        var written = head || bodiless ? response.end() : response.end(Buffer.buffer(reply.body()));
        written.onComplete(done -> written(close));
    }

    private void written(boolean close) {
        if (!close) {
            watch.nextHeadBegins();
        } else if (request.isEnded()) {
            request.connection().close();
        } else {
            context.owner().setTimer(LINGER_MILLIS, fired -> request.connection().close());
        }
    }

    /** The body broke off or its framing is wrong. */
    private void broken() {
        if (!answered && !request.response().closed()) {
            var message = "The body of the request ended early or is badly framed.";
            var head = RequestHead.lenient(request);
            refuseAndClose(head, Fault.invalid("IncompleteBody", message));
        } else {
            releaseBody();
        }
    }

    private boolean take(long bytes) {
        if (!shared.budget().take(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    private void releaseBody() {
        shared.budget().giveBack(taken);
        taken = 0;
        body = null;
    }

    private static Fault tooLarge(int limit) {
        return Fault.invalid(
                        "RequestEntityTooLarge",
                        "The body of the request is longer than " + limit + " bytes.")
                .withStatus(413);
    }
}
