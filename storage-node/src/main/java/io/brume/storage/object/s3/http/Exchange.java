package io.brume.storage.object.s3.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.HttpCall;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. */
public final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final ByteBuf CONTINUE =
            Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", ISO_8859_1)
                            .asReadOnly());

    /** What is sent in one piece, so that no thread waits for the socket. */
    private static final int WHOLE = 64 << 10;

    private final Connection connection;
    private final RequestHead head;
    private final BodyInput body;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean close;
    private volatile boolean wantsBody;
    private volatile boolean answering;
    private long received;

    Exchange(Connection connection, RequestHead head, boolean keepAlive) {
        this.connection = requireNonNull(connection);
        this.head = requireNonNull(head);
        this.close = !keepAlive;
        this.body =
                new BodyInput(
                        connection.shared().limits().queuedBytes(),
                        this::bodyWanted,
                        connection::roomAgain);
    }

    /** The request without its body. */
    public HttpCall head() {
        return head.call();
    }

    /** How long the body is, in bytes; −1 when it comes in HTTP's chunks. */
    public long length() {
        return head.length();
    }

    /** The client's address. */
    public String clientAddress() {
        var told = connection.forwarded() ? head().header("x-forwarded-for") : null;
        if (told != null) {
            return told;
        }
        return connection.context().channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "";
    }

    /** Whether it came over TLS. */
    public boolean secure() {
        return connection.forwarded()
                ? "https".equals(head().header("x-forwarded-proto"))
                : connection.secure();
    }

    /**
     * The body, as it was sent: for one thread that may wait. A client that waits to be told to
     * send it is told when it is first read, so read it only when the head has been found good.
     * Throws {@link BodyFailure} or {@link ClientGoneException} when it does not come whole.
     */
    public InputStream body() {
        return body;
    }

    /** Has the request handled on a thread that may wait, or refuses it when too many are. */
    public void run(Runnable work) {
        var shared = connection.shared();
        if (!shared.calls().tryAcquire()) {
            answer(
                    shared.handler()
                            .refuse(this, 503, "SlowDown", "Please reduce your request rate."));
            return;
        }
        Thread.ofVirtual()
                .name("s3-", shared.started().getAndIncrement())
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("a request broke its handler", e);
                        abort();
                    } finally {
                        shared.calls().release();
                    }
                });
    }

    /**
     * Answers, once. From a thread that may wait when the answer is a stream: then it returns when
     * all of a long one has been handed to the socket, or the connection is closed.
     */
    public void answer(Answer answer) {
        if (!answered.compareAndSet(false, true)) {
            answer.discard();
            throw new IllegalStateException("a request is answered once");
        }
        body.close();
        if (answer.content() instanceof Answer.Stream(var reader, var length)) {
            stream(answer, reader, length);
            return;
        }
        var loop = connection.context().executor();
        if (loop.inEventLoop()) {
            whole(answer);
        } else {
            loop.execute(() -> whole(answer));
        }
    }

    /** Closes the connection without an answer: for when nobody could believe one. */
    public void abort() {
        answered.set(true);
        body.close();
        var _ = connection.context().close();
    }

    private void whole(Answer answer) {
        var bytes = answer.content() instanceof Answer.Bytes(var content) ? content : new byte[0];
        boolean bodiless = head().method().equals("HEAD");
        var first = head(answer, bodiless ? 0 : bytes.length);
        if (!bodiless) {
            first.writeBytes(bytes);
        }
        write(first, true);
    }

    private void stream(
            Answer answer, io.brume.storage.object.data.ContentReader reader, long length) {
        try (reader) {
            if (head().method().equals("HEAD")) {
                connection.context().executor().execute(() -> write(head(answer, 0), true));
                return;
            }
            var pump = new ContentPump(connection, this);
            if (length <= WHOLE) {
                pump.sendWhole(answer, reader, (int) length);
            } else {
                pump.send(answer, reader, length);
            }
        }
    }

    /** Head and body together; on the event loop. */
    void write(Answer answer, ByteBuf content) {
        ByteBuf first;
        try {
            first = head(answer, 0);
        } catch (RuntimeException e) {
            content.release();
            throw e;
        }
        int count = first.readableBytes() + content.readableBytes();
        var _ = connection.context().write(first);
        connection.writeAndFlush(content, (ChannelFuture future) -> written(future, count, true));
    }

    /** The answer's head; whoever writes it must be on the event loop. */
    ByteBuf head(Answer answer, int room) {
        answering = true;
        // A client that was not told to go on does not know what to do with its body, and boto3
        // takes the next answer on the connection for another one.
        close |= !connection.restIsSmall(this) || (head.expectsContinue() && !wantsBody);
        var buffer = connection.context().alloc().buffer(512 + room);
        try {
            connection
                    .loop()
                    .heads()
                    .write(
                            buffer,
                            answer,
                            head().method().equals("HEAD"),
                            close,
                            connection.shared().time().now());
            return buffer;
        } catch (RuntimeException e) {
            buffer.release();
            throw e;
        }
    }

    /** On the event loop. */
    void write(ByteBuf bytes, boolean last) {
        int count = bytes.readableBytes();
        connection.writeAndFlush(bytes, (ChannelFuture future) -> written(future, count, last));
    }

    private void written(ChannelFuture future, int count, boolean last) {
        sent.addAndGet(count);
        if (!future.isSuccess()) {
            var _ = connection.context().close();
        } else if (last) {
            complete();
        }
    }

    /** All is with the socket; on the event loop. */
    void complete() {
        answering = false;
        connection.answered(this, close);
    }

    void countSent(long bytes) {
        sent.addAndGet(bytes);
    }

    // What the connection tells, on its event loop.

    boolean receive(ByteBuf chunk) {
        received += chunk.readableBytes();
        if (answered.get() || !chunk.isReadable()) {
            chunk.release();
            return true;
        }
        return body.offer(chunk);
    }

    void bodyComplete() {
        body.end();
    }

    void bodyFailed(BodyFailure.Kind kind) {
        body.fail(new BodyFailure(kind));
    }

    void clientGone() {
        body.fail(new ClientGoneException("the connection was closed"));
    }

    void closeAfterwards() {
        close = true;
    }

    /** How much of the body has not come yet. */
    long expectedRest() {
        return head.length() < 0 ? Long.MAX_VALUE : head.length() - received;
    }

    boolean wantsBody() {
        return wantsBody;
    }

    boolean isAnswering() {
        return answering;
    }

    /** Bytes that have gone either way. */
    long progress() {
        return received + sent.get();
    }

    private void bodyWanted() {
        wantsBody = true;
        if (head.expectsContinue()) {
            connection
                    .context()
                    .executor()
                    .execute(() -> {
                        if (received == 0) {
                            var _ = connection.context().writeAndFlush(CONTINUE.duplicate());
                        }
                    });
        }
    }
}
