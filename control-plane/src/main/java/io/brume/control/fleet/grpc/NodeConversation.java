package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.NodeDirectory.Node;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Hello;
import io.brume.proto.node.v1.ImageObservation;
import io.brume.proto.node.v1.InstanceObservation;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.SnapshotObservation;
import io.brume.proto.node.v1.VolumeObservation;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of one host, from its hello to its end. gRPC calls the observer's methods one at a
 * time and reads the next message only when the one before has been dealt with.
 */
final class NodeConversation implements StreamObserver<NodeMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConversation.class);

    /** More things than any host can have. */
    private static final int MAX_THINGS = 100_000;

    /** What a conversation needs of the fleet. */
    interface Host {
        /** The hello was heard. */
        void connected(NodeConversation conversation);

        void tell(NodeConversation conversation, FleetEvent event);

        void disconnected(NodeConversation conversation, String reason);
    }

    private final Node node;
    private final Host host;
    private final Time time;
    private final Outbox outbox;
    private final Questions questions;
    private final Set<String> named = new HashSet<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long heardNanos;
    private volatile FleetEvent.@Nullable Connected introduction;
    private boolean complete;

    NodeConversation(
            Node node, Host host, Time time, ServerCallStreamObserver<ControlMessage> stream) {
        this.node = requireNonNull(node);
        this.host = requireNonNull(host);
        this.time = requireNonNull(time);
        this.outbox = new Outbox(stream);
        this.questions = new Questions(node.id());
        this.heardNanos = time.nanos();
        stream.setOnReadyHandler(outbox::drain);
        stream.setOnCancelHandler(() -> ended("the connection was lost"));
    }

    NodeId node() {
        return node.id();
    }

    Outbox outbox() {
        return outbox;
    }

    Questions questions() {
        return questions;
    }

    FleetEvent.Connected introduction() {
        return requireNonNull(introduction, "asked before the hello");
    }

    Duration silence() {
        return time.since(heardNanos);
    }

    @Override
    public void onNext(NodeMessage message) {
        heardNanos = time.nanos();
        try {
            if (introduction == null) {
                hello(message);
            } else {
                hear(message);
            }
        } catch (RuntimeException e) {
            LOG.error("The session of {} ends: a message could not be dealt with", node.id(), e);
            end("the control plane failed to deal with a message");
            ended("a message could not be dealt with");
        }
    }

    private void hello(NodeMessage message) {
        Hello hello = message.getHello();
        if (!message.hasHello() || !hello.getNodeId().equals(node.id().value())) {
            outbox.close(
                    Status.INVALID_ARGUMENT.withDescription(
                            "a session opens with a hello of the node that the certificate names"));
            return;
        }
        introduction =
                new FleetEvent.Connected(
                        node.id(), node.role(), hello.getVersion(), hello.getFacts());
        host.connected(this);
    }

    private void hear(NodeMessage message) {
        switch (message.getMessageCase()) {
            case INSTANCE -> {
                InstanceObservation seen = message.getInstance();
                name(
                        seen.getInstanceId(),
                        seen.getPhase() != InstanceObservation.Phase.PHASE_ABSENT);
                host.tell(this, new FleetEvent.InstanceObserved(node.id(), seen));
            }
            case IMAGE -> {
                ImageObservation seen = message.getImage();
                name(seen.getImageId(), seen.getPhase() != ImageObservation.Phase.PHASE_ABSENT);
                host.tell(this, new FleetEvent.ImageObserved(node.id(), seen));
            }
            case VPC -> {
                name(message.getVpc().getVpcId(), true);
                host.tell(this, new FleetEvent.VpcObserved(node.id(), message.getVpc()));
            }
            case VOLUME -> {
                VolumeObservation seen = message.getVolume();
                name(seen.getVolumeId(), seen.getPhase() != VolumeObservation.Phase.PHASE_ABSENT);
                host.tell(this, new FleetEvent.VolumeObserved(node.id(), seen));
            }
            case REPLICA -> {
                ReplicaObservation seen = message.getReplica();
                name(seen.getVolumeId(), seen.getPhase() != ReplicaObservation.Phase.PHASE_ABSENT);
                host.tell(this, new FleetEvent.ReplicaObserved(node.id(), seen));
            }
            case SNAPSHOT -> {
                SnapshotObservation seen = message.getSnapshot();
                name(
                        seen.getSnapshotId(),
                        seen.getPhase() != SnapshotObservation.Phase.PHASE_ABSENT);
                host.tell(this, new FleetEvent.SnapshotObserved(node.id(), seen));
            }
            case OBJECT_STORE -> {
                name(message.getObjectStore().getId(), true);
                host.tell(
                        this,
                        new FleetEvent.ObjectStoreObserved(node.id(), message.getObjectStore()));
            }
            case NODE -> host.tell(this, new FleetEvent.Heartbeat(node.id(), message.getNode()));
            case ANSWER -> questions.answered(message.getAnswer());
            case OBSERVATIONS_COMPLETE -> {
                if (!complete) {
                    complete = true;
                    host.tell(
                            this,
                            new FleetEvent.ObservationsComplete(node.id(), Set.copyOf(named)));
                    named.clear();
                }
            }
            case HELLO, MESSAGE_NOT_SET ->
                    LOG.debug("{} said {}", node.id(), message.getMessageCase());
        }
    }

    private void name(String id, boolean present) {
        if (complete) {
            return;
        }
        if (!present) {
            named.remove(id);
        } else if (named.add(id) && named.size() > MAX_THINGS) {
            throw new IllegalStateException("more than " + MAX_THINGS + " things on one host");
        }
    }

    /** Ends the session from this side. */
    void end(String reason) {
        outbox.close(Status.UNAVAILABLE.withDescription(reason));
    }

    @Override
    public void onError(Throwable cause) {
        ended(Status.fromThrowable(cause).getCode().toString());
    }

    @Override
    public void onCompleted() {
        end("goodbye");
        ended("the host closed the session");
    }

    /** Whoever ended it: nothing more is heard or told. Idempotent. */
    void ended(String reason) {
        outbox.abandon();
        questions.close();
        if (introduction != null && over.compareAndSet(false, true)) {
            host.disconnected(this, reason);
        }
    }
}
