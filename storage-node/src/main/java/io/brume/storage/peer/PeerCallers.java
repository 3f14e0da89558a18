package io.brume.storage.peer;

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
 * Lets in the control plane and the storage nodes of the cloud, by what their certificates say that
 * they are. TLS has checked the certificate itself by then.
 */
final class PeerCallers implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCallers.class);

    /** The name that the authority gives to nobody but the control plane. */
    private static final String CONTROL_PLANE = "control-plane.brume.internal";

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
            ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        if (isLetIn(call)) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.PERMISSION_DENIED.withDescription(
                        "this is for storage nodes and the control plane"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static boolean isLetIn(ServerCall<?, ?> call) {
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
                            || Certificates.commonName(certificate).equals(CONTROL_PLANE);
            if (!letIn) {
                LOG.warn("{} is refused", Certificates.commonName(certificate));
            }
            return letIn;
        } catch (SSLPeerUnverifiedException e) {
            return false; // It showed none.
        }
    }
}
