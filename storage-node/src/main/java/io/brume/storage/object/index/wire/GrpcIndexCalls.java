package io.brume.storage.object.index.wire;

import static java.util.Objects.requireNonNull;

import io.brume.proto.object.v1.Command;
import io.brume.proto.object.v1.IndexGrpc;
import io.brume.proto.object.v1.Outcome;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerChannels.Peer;
import io.brume.store.CommitOutcomeUnknownException;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls one member over gRPC. */
public final class GrpcIndexCalls implements IndexCalls {
    private final PeerChannels channels;
    private final Peer member;
    private final Duration timeout;

    /**
     * @param timeout of each call
     */
    public GrpcIndexCalls(PeerChannels channels, Peer member, Duration timeout) {
        this.channels = requireNonNull(channels);
        this.member = requireNonNull(member);
        this.timeout = requireNonNull(timeout);
    }

    @Override
    public Outcome execute(Command command) {
        ManagedChannel channel;
        try {
            channel = channels.to(member);
        } catch (IOException e) {
            throw new NotReachedException(String.valueOf(e.getMessage()), e);
        }
        Journey journey = new Journey();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    IndexGrpc.getExecuteMethod(),
                    CallOptions.DEFAULT
                            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                            .withStreamTracerFactory(journey),
                    command);
        } catch (StatusRuntimeException e) {
            throw failure(channel, journey, e);
        }
    }

    private RuntimeException failure(
            ManagedChannel channel, Journey journey, StatusRuntimeException e) {
        Status status = e.getStatus();
        if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
            return new IllegalArgumentException(status.getDescription(), e);
        }
        String message = member.nodeId() + " does not answer for the index: " + status;
        if (!journey.begun) {
            // A node that is back is to be found at once, and not when gRPC tries next.
            channel.resetConnectBackoff();
            return new NotReachedException(message, e);
        }
        return status.getCode() == Status.Code.PERMISSION_DENIED
                        || status.getCode() == Status.Code.UNIMPLEMENTED
                ? new NotReachedException(message, e)
                : new CommitOutcomeUnknownException(message, e);
    }

    /** Whether a call ever left on a connection: only then can the other end have heard of it. */
    private static final class Journey extends ClientStreamTracer.Factory {
        private volatile boolean begun;

        @Override
        public ClientStreamTracer newClientStreamTracer(
                ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata sent) {
                    begun = true;
                }
            };
        }
    }
}
