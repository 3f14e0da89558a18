package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its requests one after the other, however the client sends them. Of its event
 * loop.
 *
 * <pre>
 *   head → call (body, handling, answer) → head …
 * </pre>
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    // After a refusal the client may still be sending; closing at once would reset the connection
    // and could destroy the answer on its way.
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long MOST_DISCARDED = 128 << 10;

    private final Shared shared;
    private final LoopState loop;
    private final boolean secure;
    private final boolean forwarded;
    private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange current;
    private boolean bodyOpen;
    private long discarded;
    private boolean first = true;
    private boolean draining;
    private boolean closing;
    private long since;
    private long progressThen;

    Connection(Shared shared, LoopState loop, boolean secure, boolean forwarded) {
        this.shared = requireNonNull(shared);
        this.loop = requireNonNull(loop);
        this.secure = secure;
        this.forwarded = forwarded;
    }

    Shared shared() {
        return shared;
    }

    LoopState loop() {
        return loop;
    }

    boolean secure() {
        return secure;
    }

    /** Whether the client is somebody else, as the request's head says. */
    boolean forwarded() {
        return forwarded;
    }

    ChannelHandlerContext context() {
        return requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        since = shared.time().nanos();
        loop.add(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.remove(this);
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var object = (HttpObject) message;
        if (closing) {
            ReferenceCountUtil.release(object);
        } else if (!waiting.isEmpty() || mustWait(object)) {
            waiting.add(object);
            reading(false);
        } else {
            take(object);
        }
    }

    /** The next request waits for the answer to the one before. */
    private boolean mustWait(HttpObject object) {
        return object instanceof HttpRequest && current != null;
    }

    private void take(HttpObject object) {
        if (object.decoderResult().isFailure()) {
            var why = requireNonNull(object.decoderResult().cause());
            if (object instanceof HttpRequest request) {
                refuse(request, why);
            } else {
                ReferenceCountUtil.release(object);
                brokenBody();
            }
        } else if (object instanceof HttpRequest request) {
            begin(request);
        } else {
            content((HttpContent) object);
        }
    }

    private void begin(HttpRequest request) {
        var head = RequestHead.of(request);
        first = false;
        bodyOpen = true;
        discarded = 0;
        restartWindow(shared.time().nanos());
        var exchange = new Exchange(this, head, HttpUtil.isKeepAlive(request) && !draining);
        current = exchange;
        var problem = head.problem(request);
        if (problem != null) {
            refuse(exchange, 400, "MalformedHttpRequest", problem);
        } else if (request.headers().size() > shared.limits().headers()) {
            refuse(
                    exchange,
                    431,
                    "RequestHeaderSectionTooLarge",
                    "Your request has more header fields than are allowed.");
        } else if (head.call().header("expect") != null && !head.expectsContinue()) {
            var message = "The expectation of the request cannot be met.";
            refuse(exchange, 417, "ExpectationFailed", message);
        } else {
            shared.handler().begin(exchange);
        }
    }

    /** Netty could not read the head: nothing after it can be trusted. */
    private void refuse(HttpRequest request, Throwable why) {
        LOG.debug("a request that is not proper HTTP", why);
        bodyOpen = false;
        var exchange = new Exchange(this, RequestHead.of(request), false);
        current = exchange;
        if (why instanceof TooLongHttpLineException) {
            refuse(exchange, 414, "RequestURITooLong", "The request's line is too long.");
        } else if (why instanceof TooLongHttpHeaderException) {
            refuse(
                    exchange,
                    431,
                    "RequestHeaderSectionTooLarge",
                    "Your request's header fields are longer than is allowed.");
        } else {
            refuse(exchange, 400, "MalformedHttpRequest", "The request is not proper HTTP.");
        }
    }

    private void refuse(Exchange exchange, int status, String code, String message) {
        exchange.closeAfterwards();
        exchange.answer(shared.handler().refuse(exchange, status, code, message));
    }

    private void content(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        boolean more = true;
        var exchange = current;
        if (exchange != null && bodyOpen) {
            more = exchange.receive(content.content());
            if (last) {
                exchange.bodyComplete();
            }
        } else {
            discarded += content.content().readableBytes();
            content.release();
        }
        if (last) {
            bodyOpen = false;
        } else if (!more) {
            reading(false);
        } else if (discarded > MOST_DISCARDED) {
            var _ = context().close();
        }
    }

    private void brokenBody() {
        bodyOpen = false;
        closing = true;
        var exchange = current;
        if (exchange == null) {
            var _ = context().close();
        } else {
            exchange.closeAfterwards();
            exchange.bodyFailed(BodyFailure.Kind.INCOMPLETE);
        }
    }

    /** The reader of a body has room again. From any thread. */
    void roomAgain() {
        context()
                .executor()
                .execute(() -> {
                    if (waiting.isEmpty()) {
                        restartWindow(shared.time().nanos());
                        reading(true);
                    }
                });
    }

    /** Whether so little of the body is still to come that the connection is worth keeping. */
    boolean restIsSmall(Exchange exchange) {
        return !bodyOpen || exchange.expectedRest() <= MOST_DISCARDED;
    }

    /** The answer has been sent. */
    void answered(Exchange exchange, boolean close) {
        if (current != exchange) {
            return;
        }
        current = null;
        since = shared.time().nanos();
        if (close) {
            end();
            return;
        }
        boolean paused = !waiting.isEmpty() || !context().channel().config().isAutoRead();
        while (!waiting.isEmpty() && !mustWait(waiting.getFirst()) && !closing) {
            take(waiting.removeFirst());
        }
        if (paused && waiting.isEmpty()) {
            reading(true);
        }
    }

    private void end() {
        closing = true;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (bodyOpen) {
            reading(true);
            Runnable close =
                    () -> {
                        var _ = context().close();
                    };
            var _ = context().executor().schedule(close, LINGER.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            var _ = context().close();
        }
    }

    /** Closes now if no request is served, otherwise once it is answered. */
    void drain() {
        draining = true;
        if (current == null) {
            var _ = context().close();
        } else {
            current.closeAfterwards();
        }
    }

    private void reading(boolean on) {
        var config = context().channel().config();
        if (config.isAutoRead() != on) {
            config.setAutoRead(on);
        }
    }

    private void restartWindow(long now) {
        since = now;
        progressThen = current == null ? 0 : current.progress();
    }

    /** Ends what takes too long. */
    void sweep(long now) {
        var timeouts = shared.limits().timeouts();
        var passed = Duration.ofNanos(now - since);
        var exchange = current;
        if (exchange == null) {
            var limit = first ? timeouts.firstHead() : timeouts.nextHead();
            if (passed.compareTo(limit) > 0) {
                var _ = context().close();
            }
        } else if (!clientsTurn(exchange)) {
            restartWindow(now);
        } else if (passed.compareTo(timeouts.stall()) > 0) {
            if (exchange.progress() - progressThen < timeouts.stallBytes()) {
                stalled(exchange);
            }
            restartWindow(now);
        }
    }

    /** Handling has no limit: it is our own time, not the client's. */
    private boolean clientsTurn(Exchange exchange) {
        return exchange.isAnswering()
                || (bodyOpen && exchange.wantsBody() && context().channel().config().isAutoRead());
    }

    private void stalled(Exchange exchange) {
        if (exchange.isAnswering()) {
            var _ = context().close();
        } else {
            exchange.closeAfterwards();
            exchange.bodyFailed(BodyFailure.Kind.TIMED_OUT);
        }
    }

    /** Writes bytes; the exchange counts them when they are gone. */
    void writeAndFlush(ByteBuf bytes, ChannelFutureListener done) {
        context().writeAndFlush(bytes).addListener(done);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("a connection failed", cause);
        var _ = ctx.close();
    }
}
