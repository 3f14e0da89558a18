package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Certificates;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.NodeDirectory;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by its certificate which node calls, and refuses whoever shows none, is not in the
 * directory or was revoked. TLS has checked the certificate itself by then.
 */
final class PeerNode implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
    private static final Context.Key<NodeDirectory.Node> CALLER = Context.key("brume-node");

    private final NodeDirectory directory;

    PeerNode(NodeDirectory directory) {
        this.directory = requireNonNull(directory);
    }

    /** Who makes the call that is being served. */
    static NodeDirectory.Node caller() {
        return requireNonNull(CALLER.get(), "a call without the interceptor");
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
            ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        Optional<NodeDirectory.Node> node = nodeOf(call);
        if (node.isEmpty()) {
            call.close(
                    Status.UNAUTHENTICATED.withDescription(
                            "this needs the certificate of a node of this cloud"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(
                Context.current().withValue(CALLER, node.get()), call, headers, next);
    }

    private Optional<NodeDirectory.Node> nodeOf(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
                return Optional.empty();
            }
            String name = Certificates.commonName(certificate);
            if (!NodeId.isNodeId(name)) {
                return Optional.empty();
            }
            Optional<NodeDirectory.Node> node = directory.find(new NodeId(name));
            if (node.isEmpty() || node.get().revoked()) {
                LOG.warn("{} is refused: {}", name, node.isEmpty() ? "unknown" : "revoked");
            }
            return node.filter(known -> !known.revoked());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty(); // The caller showed no certificate.
        }
    }
}
