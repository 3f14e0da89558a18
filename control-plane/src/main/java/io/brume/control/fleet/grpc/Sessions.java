package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.control.fleet.NodeDirectory;
import io.brume.proto.node.v1.ConsoleChunk;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.NodeMessage;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.RenewRequest;
import io.brume.proto.node.v1.RenewResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** What a node that has joined may call. */
final class Sessions extends NodeSessionGrpc.NodeSessionImplBase {
    private final NodeConversation.Host host;
    private final ConsoleDesk consoles;
    private final CertificateAuthority authority;
    private final Duration certificateLife;
    private final Time time;

    Sessions(
            NodeConversation.Host host,
            ConsoleDesk consoles,
            CertificateAuthority authority,
            Duration certificateLife,
            Time time) {
        this.host = requireNonNull(host);
        this.consoles = requireNonNull(consoles);
        this.authority = requireNonNull(authority);
        this.certificateLife = requireNonNull(certificateLife);
        this.time = requireNonNull(time);
    }

    @Override
    public StreamObserver<NodeMessage> open(StreamObserver<ControlMessage> toNode) {
        return new NodeConversation(
                PeerNode.caller(), host, time, (ServerCallStreamObserver<ControlMessage>) toNode);
    }

    @Override
    public StreamObserver<ConsoleChunk> console(StreamObserver<ConsoleChunk> toNode) {
        return consoles.accept(
                PeerNode.caller().id(), (ServerCallStreamObserver<ConsoleChunk>) toNode);
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewResponse> observer) {
        NodeDirectory.Node node = PeerNode.caller();
        try {
            observer.onNext(
                    RenewResponse.newBuilder()
                            .addAllCertificateChain(
                                    Registry.encode(
                                            authority.certifyClient(
                                                    request.getCertificateRequest().toByteArray(),
                                                    node.id().value(),
                                                    Registry.certified(node.role()),
                                                    certificateLife)))
                            .build());
            observer.onCompleted();
        } catch (GeneralSecurityException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT
                            .withDescription("the certificate request is not valid")
                            .withCause(e)
                            .asRuntimeException());
        }
    }
}
