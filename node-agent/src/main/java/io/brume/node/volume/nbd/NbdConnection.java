package io.brume.node.volume.nbd;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import io.brume.node.volume.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Reads what comes, has it taken by the handshake or the transmission, and sends what
 * they have to say: everything that became ready in one round of the loop in one system call.
 * Belongs to the loop's thread.
 *
 * <pre>
 * handshake ──► transmission ──► ending ──► closed
 *     └───────────────┴────────────────────────▲
 * </pre>
 *
 * Ending: nothing more is read; what is under way is answered first.
 */
final class NbdConnection implements EventLoop.Ready, BufferPool.Borrower {
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);
    // A client reads each answer to an option before it sends the next.
    private static final int MOST_HANDSHAKE_ANSWERS = 64;

    private final NbdServer server;
    private final EventLoop loop;
    private final SocketChannel channel;
    private final EventLoop.Registration registration;
    private final Output output;
    private final ByteBuffer[] scatter = new ByteBuffer[2];
    private final Runnable settle = this::settle;
    private final ByteBuffer in;
    private boolean hasInput = true;
    private @Nullable Handshake handshake;
    private @Nullable Transmission transmission;
    private boolean closed;
    private boolean ending;
    private boolean mustWait;
    private boolean mustSend;
    private boolean sendBlocked;
    private boolean busy;
    private boolean settling;
    private long lastProgress;

    NbdConnection(NbdServer server, SocketChannel channel, boolean encrypted) throws IOException {
        this.server = server;
        this.loop = server.loop();
        this.channel = channel;
        this.output = new Output(server.pool());
        this.in = server.takeInput();
        this.handshake = new Handshake(server.device(), server.export(), encrypted, output);
        this.lastProgress = loop.nanos();
        this.registration = loop.register(channel, OP_READ, this);
    }

    void begin() {
        if (handshake != null) {
            handshake.greet();
        }
        settleSoon();
        loop.after(
                server.limits().handshake(),
                () -> {
                    if (handshake != null) {
                        close("its handshake takes too long");
                    }
                });
    }

    @Override
    public void ready(int operations) throws IOException {
        if ((operations & OP_WRITE) != 0) {
            sendBlocked = false;
        }
        busy = true;
        try {
            if ((operations & OP_READ) != 0 && wantsBytes()) {
                receive();
            }
            takeAndSend();
        } finally {
            leave();
        }
    }

    private void leave() {
        busy = false;
        if (closed) {
            giveBackInput();
        }
    }

    @Override
    public void failed(Throwable cause) {
        LOG.debug("{}: a connection broke", server.export().name(), cause);
        clean();
    }

    private boolean wantsBytes() {
        return !closed && !ending && !mustWait;
    }

    private void receive() throws IOException {
        ByteBuffer payload = transmission == null ? null : transmission.payload();
        if (!in.hasRemaining()) {
            in.clear();
        } else {
            in.compact();
        }
        int before = in.position();
        long count;
        if (payload == null || before > 0) {
            count = channel.read(in);
        } else {
            scatter[0] = payload;
            scatter[1] = in;
            count = channel.read(scatter);
        }
        in.flip();
        if (count < 0) {
            close("the client went");
        } else if (count > 0 && (transmission == null || transmission.holdsMemory())) {
            lastProgress = loop.nanos();
        }
    }

    /** Takes what was received, sends what there is, and says what it waits for. */
    private void takeAndSend() throws IOException {
        if (closed) {
            return;
        }
        take();
        if (closed) {
            return;
        }
        send();
        // Sending made room. Where the other end takes nothing, we must go on taking what it sends:
        // it may take our answers only after that.
        while (!closed && (mustSend || (!sendBlocked && mustWait && hasRoom()))) {
            take();
            send();
        }
        if (closed) {
            return;
        }
        if (ending && output.isEmpty() && (transmission == null || transmission.isIdle())) {
            close("it has ended");
            return;
        }
        registration.interest((wantsBytes() ? OP_READ : 0) | (sendBlocked ? OP_WRITE : 0));
    }

    private boolean hasRoom() {
        return transmission != null && transmission.hasRoom() && !server.pool().isAwaited();
    }

    private void take() {
        mustWait = false;
        mustSend = false;
        if (ending) {
            return;
        }
        if (handshake != null) {
            takeHandshake(handshake);
        }
        if (transmission != null && !closed && !ending) {
            switch (transmission.take(in)) {
                case NEEDS_BYTES -> {}
                case MUST_WAIT -> {
                    mustWait = true;
                    server.watchForStalled();
                }
                case MUST_SEND -> mustSend = true;
                case DISCONNECT -> end();
                case BROKEN -> close("it broke the protocol");
            }
        }
    }

    private void takeHandshake(Handshake current) {
        switch (current.take(in)) {
            case NEEDS_BYTES -> {
                if (output.size() > MOST_HANDSHAKE_ANSWERS) {
                    close("it reads no answers");
                }
            }
            case ABORT -> end();
            case BROKEN -> close("it broke the protocol");
            case TRANSMISSION -> {
                transmission =
                        new Transmission(
                                current.agreement(),
                                server.device(),
                                server.export(),
                                server.pool(),
                                this,
                                output,
                                server.limits().requests(),
                                this::answered);
                handshake = null;
            }
        }
    }

    private void send() throws IOException {
        if (closed || sendBlocked || output.isEmpty()) {
            return;
        }
        sendBlocked = !output.send(channel);
        if (sendBlocked) {
            lastProgress = loop.nanos();
        }
    }

    private void answered() {
        if (!busy) {
            settleSoon();
        }
    }

    @Override
    public void memoryIsFree() {
        settleSoon();
    }

    private void settleSoon() {
        if (!settling && !closed) {
            settling = true;
            loop.execute(settle);
        }
    }

    private void settle() {
        settling = false;
        busy = true;
        try {
            takeAndSend();
        } catch (IOException e) {
            LOG.debug("{}: a connection broke", server.export().name(), e);
            close("it broke");
        } catch (RuntimeException | Error e) {
            close("its handling failed");
            throw e;
        } finally {
            leave();
        }
    }

    /** Takes no more requests, answers those under way, and closes. */
    void end() {
        if (closed || ending) {
            return;
        }
        ending = true;
        server.pool().forget(this);
        if (transmission != null) {
            transmission.cutOff();
        }
        loop.after(server.limits().stalled(), () -> close("it did not end"));
        if (!busy) {
            settleSoon();
        }
    }

    /**
     * Whether it is the client that keeps memory from others: it takes no answers, or does not send
     * what it announced.
     */
    boolean isStalled(long now) {
        boolean waitsForClient =
                sendBlocked || (transmission != null && transmission.holdsMemory() && !mustWait);
        return waitsForClient && now - lastProgress >= server.limits().stalled().toNanos();
    }

    void close(String why) {
        if (closed) {
            return;
        }
        LOG.debug("{}: a connection is closed: {}", server.export().name(), why);
        registration.cancel();
        clean();
    }

    private void clean() {
        if (closed) {
            return;
        }
        closed = true;
        handshake = null;
        output.drop();
        if (transmission != null) {
            transmission.abandon();
        }
        if (!busy) {
            giveBackInput();
        }
        server.forget(this);
    }

    private void giveBackInput() {
        if (hasInput) {
            hasInput = false;
            server.giveBack(in);
        }
    }
}
