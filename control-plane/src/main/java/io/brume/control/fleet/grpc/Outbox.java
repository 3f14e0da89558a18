package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.control.fleet.DesiredThings;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.DesiredState;
import io.brume.proto.node.v1.Released;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be told to one host. Never more than the latest word on each thing and {@value
 * #MAX_URGENT} urgent messages, however slowly the host reads: a newer word takes the place of one
 * that has not been sent. Thread-safe.
 *
 * <p>Urgent messages go first, then the whole desired state in parts, then what has changed since.
 */
final class Outbox {
    static final int MAX_URGENT = 64;

    /** Where a part of the desired state is cut off; a part holds at least one thing. */
    private static final int PART_BYTES = 1 << 20;

    private final CallStreamObserver<ControlMessage> stream;
    private final Deque<ControlMessage> urgent = new ArrayDeque<>();
    private final Map<String, ControlMessage> changes = new LinkedHashMap<>();
    private @Nullable Deque<Desired> snapshot;
    private boolean closed;

    Outbox(CallStreamObserver<ControlMessage> stream) {
        this.stream = requireNonNull(stream);
    }

    /** Whether there was room. */
    synchronized boolean urgent(ControlMessage message) {
        if (closed || urgent.size() >= MAX_URGENT) {
            return false;
        }
        urgent.add(message);
        drain();
        return true;
    }

    /** Begins to tell the whole desired state; called once, before any change. */
    synchronized void snapshot(List<Desired> things) {
        snapshot = new ArrayDeque<>(things);
        drain();
    }

    synchronized void change(Desired thing) {
        changes.put(
                DesiredThings.idOf(thing), ControlMessage.newBuilder().setChange(thing).build());
        drain();
    }

    synchronized void release(String id) {
        changes.put(
                id,
                ControlMessage.newBuilder().setReleased(Released.newBuilder().setId(id)).build());
        drain();
    }

    /** Sends what the host is ready to take. */
    synchronized void drain() {
        while (!closed && stream.isReady()) {
            ControlMessage next = next();
            if (next == null) {
                return;
            }
            stream.onNext(next);
        }
    }

    private @Nullable ControlMessage next() {
        if (!urgent.isEmpty()) {
            return urgent.poll();
        }
        if (snapshot != null) {
            return part(snapshot);
        }
        var waiting = changes.entrySet().iterator();
        if (!waiting.hasNext()) {
            return null;
        }
        ControlMessage first = waiting.next().getValue();
        waiting.remove();
        return first;
    }

    private ControlMessage part(Deque<Desired> rest) {
        var part = DesiredState.newBuilder();
        int bytes = 0;
        while (!rest.isEmpty() && bytes < PART_BYTES) {
            Desired thing = rest.remove();
            bytes += thing.getSerializedSize();
            part.addThings(thing);
        }
        part.setMore(!rest.isEmpty());
        if (rest.isEmpty()) {
            snapshot = null;
        }
        return ControlMessage.newBuilder().setDesired(part).build();
    }

    /** How many messages wait, for tests and metrics. */
    synchronized int waiting() {
        return urgent.size() + changes.size() + (snapshot == null ? 0 : snapshot.size());
    }

    /** Ends the stream; whatever waits is dropped. */
    synchronized void close(Status status) {
        if (closed) {
            return;
        }
        closed = true;
        urgent.clear();
        changes.clear();
        snapshot = null;
        stream.onError(status.asRuntimeException());
    }

    /** The stream has ended by itself. */
    synchronized void abandon() {
        closed = true;
        urgent.clear();
        changes.clear();
        snapshot = null;
    }
}
