package io.brume.session;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.time.Time;
import io.brume.proto.node.v1.Answer;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Hello;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.ObservationsComplete;
import io.brume.proto.node.v1.OpenConsole;
import io.brume.proto.node.v1.Question;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from hello to its end. One thread sends; what is received goes to the {@link
 * DesiredIntake}, which makes the control plane wait when the node does not keep up.
 */
final class Conversation implements ClientResponseObserver<NodeMessage, ControlMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    private static final Duration WELCOME_WITHIN = Duration.ofSeconds(10);
    private static final int MAX_ANSWERING = 32;
    private static final long SHORTEST_HEARTBEAT_MILLIS = 50;
    private static final long LONGEST_HEARTBEAT_MILLIS = 60_000;

    private final String nodeId;
    private final NodeSide node;
    private final SessionHost host;
    private final Observations observations;
    private final Time time;
    private final Executor threads;
    private final Channel channel;
    private final DesiredIntake intake;
    private final Semaphore answering = new Semaphore(MAX_ANSWERING);

    private final Object monitor = new Object();
    private final Deque<NodeMessage> answers = new ArrayDeque<>();
    private @Nullable ClientCallStreamObserver<NodeMessage> stream;
    private @Nullable String ended;
    private volatile Duration heartbeat = Duration.ZERO;
    private boolean woken;

    Conversation(String nodeId, NodeSide node, Time time, Executor threads, Channel channel) {
        this.nodeId = requireNonNull(nodeId);
        this.node = requireNonNull(node);
        this.host = node.host();
        this.observations = node.observations();
        this.time = requireNonNull(time);
        this.threads = requireNonNull(threads);
        this.channel = requireNonNull(channel);
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
        Thread reader = node.intakeThreads().newThread(intake);
        reader.start();
        try {
            var _ = NodeSessionGrpc.newStub(channel).open(this);
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
                                .setVersion(node.version())
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
        boolean complete = false;
        long lastHeartbeat = time.nanos();
        boolean first = true;
        while (awaitReady()) {
            NodeMessage next = pollAnswer();
            if (next == null) {
                next = observations.poll();
            }
            if (next == null && !complete) {
                complete = true;
                next =
                        NodeMessage.newBuilder()
                                .setObservationsComplete(ObservationsComplete.getDefaultInstance())
                                .build();
            }
            if (next == null && (first || time.since(lastHeartbeat).compareTo(heartbeat) >= 0)) {
                first = false;
                lastHeartbeat = time.nanos();
                next = NodeMessage.newBuilder().setNode(host.vitals()).build();
            }
            if (next != null) {
                send(next);
            } else if (enough.getAsBoolean()) {
                return;
            } else {
                idle(heartbeat.minus(time.since(lastHeartbeat)));
            }
        }
    }

    private boolean awaitReady() throws InterruptedException {
        synchronized (monitor) {
            while (ended == null && !requireNonNull(stream).isReady()) {
                monitor.wait();
            }
            return ended == null;
        }
    }

    private @Nullable NodeMessage pollAnswer() {
        synchronized (monitor) {
            woken = false;
            return answers.poll();
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
                long millis = message.getWelcome().getHeartbeatMillis();
                synchronized (monitor) {
                    heartbeat =
                            Duration.ofMillis(
                                    Math.clamp(
                                            millis,
                                            SHORTEST_HEARTBEAT_MILLIS,
                                            LONGEST_HEARTBEAT_MILLIS));
                    monitor.notifyAll();
                }
            }
            case DESIRED, CHANGE, RELEASED -> intake.put(message);
            case QUESTION -> ask(message.getQuestion());
            case OPEN_CONSOLE -> openConsole(message.getOpenConsole());
            case MESSAGE_NOT_SET -> LOG.debug("The control plane said something newer");
        }
    }

    private void ask(Question question) {
        if (!answering.tryAcquire()) {
            answer(question, Answer.newBuilder().setFailure("The node is too busy."));
            return;
        }
        threads.execute(() -> {
            try {
                answer(question, answerTo(question));
            } finally {
                answering.release();
            }
        });
    }

    private Answer.Builder answerTo(Question question) {
        try {
            return Answer.newBuilder()
                    .setData(ByteString.copyFrom(node.questions().answer(question)));
        } catch (IOException | RuntimeException e) {
            LOG.info("Cannot answer {}: {}", question.getQuestionCase(), e.toString());
            return Answer.newBuilder().setFailure(String.valueOf(e.getMessage()));
        }
    }

    private void answer(Question question, Answer.Builder answer) {
        synchronized (monitor) {
            answers.add(
                    NodeMessage.newBuilder()
                            .setAnswer(answer.setQuestionId(question.getQuestionId()))
                            .build());
        }
        wake();
    }

    private void openConsole(OpenConsole wish) {
        threads.execute(() -> {
            try {
                node.questions().carryConsole(wish, channel);
            } catch (IOException | RuntimeException e) {
                LOG.info("No console of {}: {}", wish.getInstanceId(), e.toString());
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        end(
                Reasons.of(
                        Status.fromThrowable(failure)
                                .withCause(failure.getCause())
                                .asRuntimeException()));
    }

    @Override
    public void onCompleted() {
        end("the control plane closed the session");
    }
}
