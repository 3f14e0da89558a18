package io.brume.session;

import static java.util.Objects.requireNonNull;

import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Desired;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what the control plane desires to the node, in order and on one thread. What has come
 * meanwhile goes in one batch, so that writing it down costs one fsync. The parts of a whole state
 * are kept together until its end has come: a state that a broken stream has cut off is never taken
 * for whole. Whoever puts waits while {@value #CAPACITY} messages wait.
 */
final class DesiredIntake implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredIntake.class);
    private static final int CAPACITY = 256;

    private final SessionHost host;
    private final Consumer<String> end;
    private final BlockingQueue<ControlMessage> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final List<Desired> state = new ArrayList<>();
    private volatile boolean closed;

    /**
     * For one conversation.
     *
     * @param end ends the session, with a reason
     */
    DesiredIntake(SessionHost host, Consumer<String> end) {
        this.host = requireNonNull(host);
        this.end = requireNonNull(end);
    }

    /** Takes DESIRED, CHANGE or RELEASED. */
    void put(ControlMessage message) {
        try {
            while (!closed && !waiting.offer(message, 1, TimeUnit.SECONDS)) {
                LOG.debug("The node does not keep up with what is desired");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end.accept("interrupted");
        }
    }

    @Override
    public void run() {
        List<ControlMessage> batch = new ArrayList<>();
        try {
            while (!closed) {
                batch.add(waiting.take());
                waiting.drainTo(batch);
                handOver(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.error("What is desired could not be taken up", e);
            end.accept("what is desired could not be taken up: " + e.getMessage());
        }
    }

    private void handOver(List<ControlMessage> batch) throws IOException {
        List<SessionHost.Change> changes = new ArrayList<>();
        for (ControlMessage message : batch) {
            switch (message.getMessageCase()) {
                case CHANGE -> changes.add(new SessionHost.Change.Wanted(message.getChange()));
                case RELEASED ->
                        changes.add(new SessionHost.Change.Released(message.getReleased().getId()));
                case DESIRED -> {
                    hand(changes);
                    state.addAll(message.getDesired().getThingsList());
                    if (!message.getDesired().getMore()) {
                        host.desired(List.copyOf(state));
                        state.clear();
                    }
                }
                case WELCOME, QUESTION, OPEN_CONSOLE, MESSAGE_NOT_SET -> {} // Never put here.
            }
        }
        hand(changes);
    }

    private void hand(List<SessionHost.Change> changes) throws IOException {
        if (!changes.isEmpty()) {
            host.changed(List.copyOf(changes));
            changes.clear();
        }
    }

    void close() {
        closed = true;
        var _ = waiting.offer(ControlMessage.getDefaultInstance());
    }
}
