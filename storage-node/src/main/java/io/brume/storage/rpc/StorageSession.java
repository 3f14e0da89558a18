package io.brume.storage.rpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Backoff;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Hello;
import io.brume.proto.node.v1.NodeFacts;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeObservation;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.ObservationsComplete;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session with the control plane, for ever: dials, tells the node's facts, sends a
 * heartbeat as often as it is asked to, and when the session ends dials again after a pause that
 * grows from 100 ms to 10 s. Thread-safe.
 */
public final class StorageSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageSession.class);
    private static final Duration WELCOME_WITHIN = Duration.ofSeconds(10);
    private static final long SHORTEST_HEARTBEAT_MILLIS = 50;
    private static final long LONGEST_HEARTBEAT_MILLIS = 60_000;

    private final ControlPlaneClient client;
    private final String version;
    private final Supplier<NodeFacts> facts;
    private final Supplier<NodeObservation> vitals;
    private final Time time;
    private final Backoff backoff;
    private final Thread dialler;
    private Identity identity;
    private volatile boolean connected;
    private volatile boolean closed;

    /** Dials at once. */
    public StorageSession(
            ControlPlaneClient client,
            Identity identity,
            String version,
            Supplier<NodeFacts> facts,
            Supplier<NodeObservation> vitals,
            Time time,
            RandomGenerator random) {
        this.client = requireNonNull(client);
        this.identity = requireNonNull(identity);
        this.version = requireNonNull(version);
        this.facts = requireNonNull(facts);
        this.vitals = requireNonNull(vitals);
        this.time = requireNonNull(time);
        this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), random);
        this.dialler = Thread.ofVirtual().name("session").start(this::keepTalking);
    }

    /** Whether the control plane has welcomed this node and is being talked to. */
    public boolean isConnected() {
        return connected;
    }

    private void keepTalking() {
        String lastReason = "";
        while (!closed) {
            String reason;
            try {
                talk();
                reason = "the certificate is renewed";
            } catch (InterruptedException e) {
                return;
            } catch (ExecutionException e) {
                reason = String.valueOf(requireNonNull(e.getCause()).getMessage());
            } catch (IOException | TimeoutException | RuntimeException e) {
                reason = e.toString();
            }
            connected = false;
            if (!closed && !reason.equals(lastReason)) {
                LOG.warn("No session: {}; trying on", reason);
                lastReason = reason;
            }
            try {
                Thread.sleep(backoff.next());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void talk()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ManagedChannel channel = client.dial(identity);
        try {
            if (identity.isDueForRenewal(time)) {
                identity = client.renew(identity, channel);
                return;
            }
            var hearing = new Hearing();
            StreamObserver<NodeMessage> stream = NodeSessionGrpc.newStub(channel).open(hearing);
            stream.onNext(
                    NodeMessage.newBuilder()
                            .setHello(
                                    Hello.newBuilder()
                                            .setNodeId(identity.name())
                                            .setVersion(version)
                                            .setFacts(facts.get()))
                            .build());
            Duration heartbeat = hearing.welcome.get(WELCOME_WITHIN.toSeconds(), TimeUnit.SECONDS);
            connected = true;
            backoff.reset();
            LOG.info("In session as {}", identity.name());
            stream.onNext(
                    NodeMessage.newBuilder()
                            .setObservationsComplete(ObservationsComplete.getDefaultInstance())
                            .build());
            while (!identity.isDueForRenewal(time) && !hearing.ended(heartbeat)) {
                stream.onNext(NodeMessage.newBuilder().setNode(vitals.get()).build());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** What the control plane says. There is nothing yet that it could desire of this node. */
    private static final class Hearing implements StreamObserver<ControlMessage> {
        private final CompletableFuture<Duration> welcome = new CompletableFuture<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        @Override
        public void onNext(ControlMessage message) {
            if (message.hasWelcome()) {
                welcome.complete(
                        Duration.ofMillis(
                                Math.clamp(
                                        message.getWelcome().getHeartbeatMillis(),
                                        SHORTEST_HEARTBEAT_MILLIS,
                                        LONGEST_HEARTBEAT_MILLIS)));
            } else {
                LOG.debug("Not for a storage node: {}", message.getMessageCase());
            }
        }

        @Override
        public void onError(Throwable failure) {
            welcome.completeExceptionally(failure);
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            onError(
                    Status.UNAVAILABLE
                            .withDescription("the control plane closed the session")
                            .asRuntimeException());
        }

        /** Waits so long, or until the session has ended, which throws. */
        boolean ended(Duration most) throws InterruptedException, ExecutionException {
            try {
                end.get(most.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                return false; // The session goes on.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        dialler.interrupt();
        try {
            dialler.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
