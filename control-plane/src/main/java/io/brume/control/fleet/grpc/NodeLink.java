package io.brume.control.fleet.grpc;

import io.brume.control.domain.NodeId;
import io.brume.control.fleet.DesiredThings;
import io.brume.control.fleet.FleetEvent;
import io.brume.proto.node.v1.Desired;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One host: what it is to have, and the session it has now, if any. Thread-safe.
 *
 * <p>Two locks that are never held together in the other order: {@code telling} orders the events
 * of this host and is held while listeners run; the monitor guards the desired state and is held
 * for moments only, so that a listener, or who waits for one, can always say what it desires.
 */
final class NodeLink {
    private final Consumer<FleetEvent> listeners;
    private final ReentrantLock telling = new ReentrantLock();
    private final DesiredThings desired = new DesiredThings();
    private @Nullable NodeConversation conversation;
    private boolean toldState;

    /**
     * @param listeners told of everything
     */
    NodeLink(Consumer<FleetEvent> listeners) {
        this.listeners = listeners;
    }

    synchronized void desire(Desired thing) {
        if (desired.put(thing) && conversation != null && toldState) {
            conversation.outbox().change(thing);
        }
    }

    synchronized void release(String id) {
        if (desired.remove(id) && conversation != null && toldState) {
            conversation.outbox().release(id);
        }
    }

    /** Tells the whole desired state, once per conversation. */
    synchronized void tellState() {
        if (conversation != null && !toldState) {
            toldState = true;
            conversation.outbox().snapshot(desired.all());
        }
    }

    synchronized Optional<NodeConversation> conversation() {
        return Optional.ofNullable(conversation);
    }

    /** A conversation has begun; the one before, if any, ends. */
    void connected(NodeConversation fresh) {
        telling.lock();
        try {
            conversation()
                    .ifPresent(old -> {
                        old.end("the host has opened a newer session");
                        disconnected(old, "replaced by a newer session");
                    });
            synchronized (this) {
                conversation = fresh;
                toldState = false;
            }
            listeners.accept(fresh.introduction());
        } finally {
            telling.unlock();
        }
    }

    /** Tells an event, unless the conversation that it comes from is over. */
    void tell(NodeConversation from, FleetEvent event) {
        telling.lock();
        try {
            if (isCurrent(from)) {
                listeners.accept(event);
            }
        } finally {
            telling.unlock();
        }
    }

    /** A conversation has ended. */
    void disconnected(NodeConversation ended, String reason) {
        telling.lock();
        try {
            NodeId node = ended.node();
            synchronized (this) {
                if (conversation != ended) {
                    return;
                }
                conversation = null;
                toldState = false;
            }
            listeners.accept(new FleetEvent.Disconnected(node, reason));
        } finally {
            telling.unlock();
        }
    }

    private synchronized boolean isCurrent(NodeConversation one) {
        return conversation == one;
    }
}
