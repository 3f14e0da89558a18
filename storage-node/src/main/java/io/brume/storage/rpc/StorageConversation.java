package io.brume.storage.rpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Hello;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.ObservationsComplete;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from hello to its end. One thread sends; what is received goes to the {@link
 * DesiredIntake}, which makes the control plane wait when the node does not keep up.
 */
final class StorageConversation implements ClientResponseObserver<NodeMessage, ControlMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(StorageConversation.class);
    private static final Duration WELCOME_WITHIN = Duration.ofSeconds(10);
    private static final long SHORTEST_HEARTBEAT_MILLIS = 50;
    private static final long LONGEST_HEARTBEAT_MILLIS = 60_000;

    private final String nodeId;
    private final SessionHost host;
    private final Observations observations;
    private final String version;
    private final Time time;
    private final NodeSessionGrpc.NodeSessionStub stub;
    private final DesiredIntake intake;

    private final Object monitor = new Object();
    private @Nullable ClientCallStreamObserver<NodeMessage> stream;
    private @Nullable String ended;
    private Duration heartbeat = Duration.ZERO;
    private boolean woken;

    StorageConversation(
            String nodeId,
            SessionHost host,
            Observations observations,
            String version,
            Time time,
            Channel channel) {
        this.nodeId = requireNonNull(nodeId);
        this.host = requireNonNull(host);
        this.observations = requireNonNull(observations);
        this.version = requireNonNull(version);
        this.time = requireNonNull(time);
        this.stub = NodeSessionGrpc.newStub(channel);
        this.intake = new DesiredIntake(host, this::end);
    }

    /**
     * Talks until the session ends.
     *
     * @param welcomed called when the control plane has welcomed the node
     * @param enough ends the session when it says so
     * @return why it ended
     */
    String run(Runnable welcomed, BooleanSupplier enough) throws InterruptedException {
        observations.onUnsent(this::wake);
        // A platform thread: taking up what is desired waits for the disk.
        Thread reader = Thread.ofPlatform().daemon().name("desired-state").start(intake);
        try {
            var _ = stub.open(this);
            send(hello());
            if (awaitWelcome()) {
                welcomed.run();
                observations.unsendAll();
                report(enough);
            }
            end("the node ended it");
            return ended();
        } finally {
            end("the node ended it");
            intake.close();
            observations.onUnsent(() -> {});
            hangUp();
            reader.join();
        }
    }

    private NodeMessage hello() {
        return NodeMessage.newBuilder()
                .setHello(
                        Hello.newBuilder()
                                .setNodeId(nodeId)
                                .setVersion(version)
                                .setFacts(host.facts()))
                .build();
    }

    private boolean awaitWelcome() throws InterruptedException {
        long started = time.nanos();
        synchronized (monitor) {
            while (heartbeat.isZero() && ended == null) {
                Duration left = WELCOME_WITHIN.minus(time.since(started));
                if (!left.isPositive()) {
                    end("the control plane did not welcome this node");
                } else {
                    monitor.wait(left.toMillis() + 1);
                }
            }
            return ended == null;
        }
    }

    /** Sends everything known, then what changes, and a heartbeat in between. */
    private void report(BooleanSupplier enough) throws InterruptedException {
        Duration period;
        synchronized (monitor) {
            period = heartbeat;
        }
        boolean complete = false;
        boolean first = true;
        long lastHeartbeat = time.nanos();
        while (awaitReady()) {
            NodeMessage next = observations.poll();
            if (next == null && !complete) {
                complete = true;
                next =
                        NodeMessage.newBuilder()
                                .setObservationsComplete(ObservationsComplete.getDefaultInstance())
                                .build();
            }
            if (next == null && (first || time.since(lastHeartbeat).compareTo(period) >= 0)) {
                first = false;
                lastHeartbeat = time.nanos();
                next = NodeMessage.newBuilder().setNode(host.vitals()).build();
            }
            if (next != null) {
                send(next);
            } else if (enough.getAsBoolean()) {
                return;
            } else {
                idle(period.minus(time.since(lastHeartbeat)));
            }
        }
    }

    private boolean awaitReady() throws InterruptedException {
        synchronized (monitor) {
            while (ended == null && !requireNonNull(stream).isReady()) {
                monitor.wait();
            }
            woken = false;
            return ended == null;
        }
    }

    private void idle(Duration most) throws InterruptedException {
        long started = time.nanos();
        synchronized (monitor) {
            Duration left = most;
            while (!woken && ended == null && left.isPositive()) {
                monitor.wait(left.toMillis() + 1);
                left = most.minus(time.since(started));
            }
        }
    }

    private void send(NodeMessage message) {
        synchronized (monitor) {
            if (ended == null && stream != null) {
                stream.onNext(message);
            }
        }
    }

    private void wake() {
        synchronized (monitor) {
            woken = true;
            monitor.notifyAll();
        }
    }

    private void end(String reason) {
        synchronized (monitor) {
            if (ended == null) {
                ended = reason;
            }
            monitor.notifyAll();
        }
    }

    private String ended() {
        synchronized (monitor) {
            return requireNonNull(ended);
        }
    }

    private void hangUp() {
        synchronized (monitor) {
            if (stream != null) {
                stream.cancel("the node ends the session", null);
            }
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodeMessage> toControlPlane) {
        synchronized (monitor) {
            stream = toControlPlane;
        }
        toControlPlane.setOnReadyHandler(this::wake);
    }

    @Override
    public void onNext(ControlMessage message) {
        switch (message.getMessageCase()) {
            case WELCOME -> {
                long millis =
                        Math.clamp(
                                message.getWelcome().getHeartbeatMillis(),
                                SHORTEST_HEARTBEAT_MILLIS,
                                LONGEST_HEARTBEAT_MILLIS);
                synchronized (monitor) {
                    heartbeat = Duration.ofMillis(millis);
                    monitor.notifyAll();
                }
            }
            case DESIRED, CHANGE, RELEASED -> intake.put(message);
            case QUESTION, OPEN_CONSOLE, MESSAGE_NOT_SET ->
                    LOG.debug("Not for a storage node: {}", message.getMessageCase());
        }
    }

    @Override
    public void onError(Throwable failure) {
        end(String.valueOf(Status.fromThrowable(failure).asRuntimeException().getMessage()));
    }

    @Override
    public void onCompleted() {
        end("the control plane closed the session");
    }
}
