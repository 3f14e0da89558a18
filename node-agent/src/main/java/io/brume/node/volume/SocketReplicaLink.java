package io.brume.node.volume;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.block.v1.ReplicaOpened;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A link over a socket: connects, opens the replica, and passes frames of the block protocol on.
 * What is sent in one round of the loop leaves in one system call. Makes no object for a request.
 */
final class SocketReplicaLink implements ReplicaLink, EventLoop.Ready, AnswerFrames.Taker {
    private final EventLoop loop;
    private final boolean local;
    private final Listener listener;
    private final OpenReplica opening;
    private final SocketChannel channel;
    private final EventLoop.@Nullable Registration registration;
    private final UnansweredRequests unanswered = new UnansweredRequests();
    private final RequestFrames outward = new RequestFrames(unanswered);
    private final AnswerFrames inward = new AnswerFrames(unanswered, this);
    private final Runnable flush = this::flushLater;

    private @Nullable DirectReads direct;
    private boolean connected;
    private boolean over;
    private boolean flushing;

    private SocketReplicaLink(
            EventLoop loop,
            SocketChannel channel,
            boolean local,
            OpenReplica opening,
            Listener listener)
            throws IOException {
        this.loop = requireNonNull(loop);
        this.channel = requireNonNull(channel);
        this.local = local;
        this.opening = requireNonNull(opening);
        this.listener = requireNonNull(listener);
        this.registration = loop.register(channel, SelectionKey.OP_CONNECT, this);
    }

    /**
     * Connects to a socket of this host and opens the replica there.
     *
     * @param channel not blocking, not connected yet; closed when that fails
     */
    static SocketReplicaLink open(
            EventLoop loop,
            SocketChannel channel,
            SocketAddress address,
            OpenReplica opening,
            Listener listener)
            throws IOException {
        try {
            boolean connected = channel.connect(address);
            var link = new SocketReplicaLink(loop, channel, true, opening, listener);
            if (connected) {
                link.connected();
            }
            return link;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Opens the replica at the other end of a connected channel, which leads to another host. */
    static SocketReplicaLink open(
            EventLoop loop, SocketChannel channel, OpenReplica opening, Listener listener)
            throws IOException {
        var link = new SocketReplicaLink(loop, channel, false, opening, listener);
        link.connected();
        return link;
    }

    @Override
    public boolean isLocal() {
        return local;
    }

    private EventLoop.Registration registration() {
        return requireNonNull(registration);
    }

    private void connected() {
        connected = true;
        outward.begin(opening.toByteArray());
        registration().interest(SelectionKey.OP_READ);
        flushSoon();
    }

    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            loop.execute(flush);
        }
    }

    private void flushLater() {
        flushing = false;
        if (over || !connected) {
            return;
        }
        try {
            write();
        } catch (IOException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void send(LinkRequest request) {
        outward.add(request);
        flushSoon();
    }

    @Override
    public boolean readAtOnce(
            long offset, int length, ByteBuffer into, int start, ByteBuffer sums) {
        DirectReads reads = direct;
        return reads != null && reads.read(offset, length, into, start, sums);
    }

    @Override
    public void close() {
        if (!over) {
            end();
            registration().cancel();
        }
    }

    private void end() {
        over = true;
        if (direct != null) {
            direct.close();
            direct = null;
        }
    }

    @Override
    public void ended(String reason) {
        if (!over) {
            close();
            listener.broken(reason);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (!over) {
            end();
            listener.broken(String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void ready(int operations) throws IOException {
        if (over) {
            return;
        }
        if (!connected) {
            if (channel.finishConnect()) {
                connected();
            }
            return;
        }
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            write();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            inward.read(channel);
        }
    }

    private void write() throws IOException {
        boolean all = outward.write(channel);
        registration()
                .interest(
                        all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    // ---- what the replica says ----

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void answered(LinkRequest request, BlockStatus status, int payload) {
        if (outward.isAwaited()) {
            flushSoon();
        }
        listener.answered(request, status, payload);
    }

    @Override
    public void opened(BlockStatus status, byte[] answer) {
        if (status != BlockStatus.OK) {
            close();
            listener.refused(status);
            return;
        }
        try {
            ReplicaOpened message = ReplicaOpened.parseFrom(answer);
            inward.open();
            if (local && message.hasDirect()) {
                direct = DirectReads.open(message.getDirect(), opening.getEpoch());
            }
            listener.opened(
                    new ReplicaOpening(
                            message.getSizeBytes(),
                            message.getLastSequence(),
                            message.getSuspect(),
                            message.getCutsList(),
                            message.getTellsDamage()));
        } catch (InvalidProtocolBufferException e) {
            ended("answers what is no opening");
        }
    }
}
