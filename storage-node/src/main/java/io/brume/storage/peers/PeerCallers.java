package io.brume.storage.peers;

import static java.util.Objects.requireNonNull;

import io.brume.common.tls.Certificates;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets programs of the cloud in by what their certificates say that they are. TLS has checked the
 * certificate itself by then.
 */
public final class PeerCallers implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCallers.class);

    /** The name that the authority gives to nobody but the control plane. */
    private static final String CONTROL_PLANE = "control-plane.brume.internal";

    private final String what;
    private final boolean controlPlane;

    private PeerCallers(String what, boolean controlPlane) {
        this.what = requireNonNull(what);
        this.controlPlane = controlPlane;
    }

    /**
     * Lets storage nodes in, and nobody else.
     *
     * @param what what is called for, in the refusal: "blobs"
     */
    public static PeerCallers storageNodes(String what) {
        return new PeerCallers(what, false);
    }

    /** Storage nodes, and the control plane too. */
    public static PeerCallers storageNodesAndControlPlane(String what) {
        return new PeerCallers(what, true);
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
            ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        if (isLetIn(call)) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.PERMISSION_DENIED.withDescription(
                        what
                                + " are for storage nodes"
                                + (controlPlane ? " and the control plane" : "")),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private boolean isLetIn(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return false;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
                return false;
            }
            boolean letIn =
                    Certificates.role(certificate).equals(Certificates.STORAGE_NODE)
                            || (controlPlane
                                    && Certificates.commonName(certificate).equals(CONTROL_PLANE));
            if (!letIn) {
                LOG.warn("{} is refused {}", Certificates.commonName(certificate), what);
            }
            return letIn;
        } catch (SSLPeerUnverifiedException e) {
            return false; // It showed none.
        }
    }
}
