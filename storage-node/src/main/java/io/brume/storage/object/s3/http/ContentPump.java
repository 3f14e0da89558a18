package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.brume.storage.object.data.ContentReader;
import io.brume.storage.object.data.ContentReader.Run;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a content: a run is asked for when the one before it is gone. On plain connections a run of
 * a file goes to the socket as it is, on others through a buffer. Whatever fails closes the
 * connection, so that nobody takes a part for the whole. Of one thread, which waits.
 */
final class ContentPump {
    private static final Logger LOG = LoggerFactory.getLogger(ContentPump.class);
    private static final int SLICE = 64 << 10;

    private final Connection connection;
    private final Exchange exchange;
    private final ArrayDeque<ChannelFuture> underWay = new ArrayDeque<>();

    ContentPump(Connection connection, Exchange exchange) {
        this.connection = requireNonNull(connection);
        this.exchange = requireNonNull(exchange);
    }

    void send(Answer answer, ContentReader reader, long length) {
        try {
            var context = connection.context();
            context.executor()
                    .execute(() -> {
                        var _ = context.write(exchange.head(answer, 0));
                    });
            long left = length;
            for (var run = reader.next(); run != null; run = reader.next()) {
                left -= send(run);
            }
            settle(0);
            if (left != 0) {
                throw new EOFException("a content is not as long as it should be");
            }
            context.executor().execute(exchange::complete);
        } catch (ClientGoneException e) {
            LOG.debug("a client did not wait for its answer");
            var _ = connection.context().close();
        } catch (IOException | RuntimeException e) {
            LOG.error("an answer broke off", e);
            var _ = connection.context().close();
        }
    }

    /** Sends a short content in one piece with its head; waits for no socket. */
    void sendWhole(Answer answer, ContentReader reader, int length) {
        var content = connection.context().alloc().buffer(length);
        boolean complete = false;
        try {
            for (var run = reader.next(); run != null; run = reader.next()) {
                append(content, run, length);
            }
            if (content.readableBytes() != length) {
                throw new EOFException("a content is not as long as it should be");
            }
            complete = true;
        } catch (IOException | RuntimeException e) {
            LOG.error("an answer broke off", e);
            var _ = connection.context().close();
        } finally {
            if (!complete) {
                content.release();
            }
        }
        if (complete) {
            connection.context().executor().execute(() -> exchange.write(answer, content));
        }
    }

    private static void append(ByteBuf content, Run run, int most) throws IOException {
        if (run.length() > most - content.readableBytes()) {
            throw new EOFException("a content is not as long as it should be");
        }
        switch (run) {
            case Run.Memory(var bytes) -> content.writeBytes(bytes);
            case Run.Region(var file, var position, var count) ->
                    fill(content, file, position, (int) count);
        }
    }

    private static void fill(ByteBuf to, FileChannel file, long position, int count)
            throws IOException {
        for (int left = count; left > 0; ) {
            int some = to.writeBytes(file, position + count - left, left);
            if (some < 0) {
                throw new EOFException("a file ends before its run");
            }
            left -= some;
        }
    }

    private long send(Run run) throws IOException {
        switch (run) {
            case Run.Memory(var bytes) -> {
                long count = bytes.remaining();
                var all = Unpooled.wrappedBuffer(bytes);
                while (all.isReadable()) {
                    write(all.readRetainedSlice(Math.min(SLICE, all.readableBytes())));
                }
                all.release();
                settle(0);
                return count;
            }
            case Run.Region(var file, var position, var count) -> {
                if (connection.secure()) {
                    copy(file, position, count);
                } else {
                    track(
                            connection.context().writeAndFlush(new FileRun(file, position, count)),
                            count);
                    settle(0);
                }
                return count;
            }
        }
    }

    private void copy(FileChannel file, long position, long count) throws IOException {
        for (long done = 0; done < count; ) {
            int some = (int) Math.min(SLICE, count - done);
            var buffer = connection.context().alloc().buffer(some);
            boolean whole = false;
            try {
                fill(buffer, file, position + done, some);
                whole = true;
            } finally {
                if (!whole) {
                    buffer.release();
                }
            }
            write(buffer);
            settle(4);
            done += some;
        }
    }

    private void write(ByteBuf bytes) {
        int count = bytes.readableBytes();
        track(connection.context().writeAndFlush(bytes), count);
    }

    private void track(ChannelFuture future, long count) {
        future.addListener(done -> exchange.countSent(count));
        underWay.add(future);
    }

    /** Waits until at most so many writes are under way. */
    private void settle(int most) throws ClientGoneException {
        while (underWay.size() > most) {
            @Nullable ChannelFuture future = underWay.poll();
            if (future != null && !future.awaitUninterruptibly().isSuccess()) {
                throw new ClientGoneException("the connection does not take the answer");
            }
        }
    }
}
