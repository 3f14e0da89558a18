package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.id.Ids;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.JoinTokens;
import io.brume.control.fleet.NodeDirectory;
import io.brume.proto.node.v1.JoinRequest;
import io.brume.proto.node.v1.JoinResponse;
import io.brume.proto.node.v1.NodeRegistryGrpc;
import io.brume.proto.node.v1.Role;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets hosts join that show a good token. All refusals of tokens look alike from outside. */
final class Registry extends NodeRegistryGrpc.NodeRegistryImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");

    private final CertificateAuthority authority;
    private final JoinTokens tokens;
    private final NodeDirectory directory;
    private final Ids ids;
    private final Time time;
    private final Duration certificateLife;
    private final Consumer<FleetEvent> listeners;

    Registry(
            CertificateAuthority authority,
            JoinTokens tokens,
            NodeDirectory directory,
            Ids ids,
            Time time,
            Duration certificateLife,
            Consumer<FleetEvent> listeners) {
        this.authority = requireNonNull(authority);
        this.tokens = requireNonNull(tokens);
        this.directory = requireNonNull(directory);
        this.ids = requireNonNull(ids);
        this.time = requireNonNull(time);
        this.certificateLife = requireNonNull(certificateLife);
        this.listeners = requireNonNull(listeners);
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinResponse> observer) {
        Role role = request.getRole();
        if ((role != Role.ROLE_NODE_AGENT && role != Role.ROLE_STORAGE_NODE)
                || !NAME.matcher(request.getHostName()).matches()
                || !NAME.matcher(request.getZone()).matches()) {
            refuse(observer, Status.INVALID_ARGUMENT, "role, host name or zone is not valid");
            return;
        }
        byte[] csr = request.getCertificateRequest().toByteArray();
        try {
            PublicKey key = CertificateAuthority.requestedKey(csr);
            Optional<NodeId> node = tokens.redeem(request.getToken(), key, NodeId.create(ids));
            if (node.isEmpty()) {
                LOG.warn("A host that calls itself {} showed no good token", request.getHostName());
                refuse(
                        observer,
                        Status.PERMISSION_DENIED,
                        "the join token is unknown, expired or was used");
                return;
            }
            admit(request, node.get());
            observer.onNext(
                    JoinResponse.newBuilder()
                            .setNodeId(node.get().value())
                            .addAllCertificateChain(
                                    encode(
                                            authority.certifyClient(
                                                    csr,
                                                    node.get().value(),
                                                    certified(role),
                                                    certificateLife)))
                            .build());
            observer.onCompleted();
        } catch (GeneralSecurityException e) {
            LOG.warn(
                    "{} sent no good certificate request: {}", request.getHostName(), e.toString());
            refuse(observer, Status.INVALID_ARGUMENT, "the certificate request is not valid");
        }
    }

    /** What a certificate says of its bearer: storage nodes give each other chunks. */
    static String certified(Role role) {
        return role == Role.ROLE_STORAGE_NODE ? Certificates.STORAGE_NODE : "";
    }

    private void admit(JoinRequest request, NodeId node) {
        if (directory.find(node).isEmpty()) {
            directory.add(
                    new NodeDirectory.Node(
                            node,
                            request.getRole(),
                            request.getHostName(),
                            request.getZone(),
                            time.now(),
                            false));
            LOG.info("{} joined as {} in {}", request.getHostName(), node, request.getZone());
            listeners.accept(
                    new FleetEvent.Joined(
                            node, request.getRole(), request.getHostName(), request.getZone()));
        }
    }

    static List<ByteString> encode(List<X509Certificate> chain) throws GeneralSecurityException {
        List<ByteString> encoded = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            encoded.add(ByteString.copyFrom(certificate.getEncoded()));
        }
        return encoded;
    }

    private static void refuse(StreamObserver<?> observer, Status status, String why) {
        observer.onError(status.withDescription(why).asRuntimeException());
    }
}
