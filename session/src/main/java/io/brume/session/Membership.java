package io.brume.session;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.Keys;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.RenewRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who a node is in its cloud, and where that is; {@link Joining} gets one. Thread-safe. */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final HostPort control;
    private final IdentityFiles files;
    private volatile Identity identity;

    /**
     * Of a node that has joined.
     *
     * @param control where the control plane serves nodes
     * @param files where the identity is kept
     */
    Membership(HostPort control, IdentityFiles files, Identity identity) {
        this.control = requireNonNull(control);
        this.files = requireNonNull(files);
        this.identity = requireNonNull(identity);
    }

    /** The node's id, as the control plane named it. */
    public String nodeId() {
        return identity.name();
    }

    /** The identity as last renewed: to be asked at each connection. */
    public Identity identity() {
        return identity;
    }

    HostPort control() {
        return control;
    }

    boolean isDueForRenewal(Time time) {
        return identity.isDueForRenewal(time);
    }

    /** A connection as this node. */
    ControlChannel dial(Executor threads) throws IOException {
        return ControlChannel.as(identity, control, threads);
    }

    /** Gets a new certificate for the same node. */
    void renew(Executor threads) throws IOException, InterruptedException {
        KeyPair keys = files.requestKeys();
        var request =
                RenewRequest.newBuilder()
                        .setCertificateRequest(ByteString.copyFrom(Keys.request(keys, "node")))
                        .build();
        try (ControlChannel channel = dial(threads)) {
            var response =
                    NodeSessionGrpc.newBlockingStub(channel.channel())
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .renew(request);
            identity = keep(files, keys, response.getCertificateChainList(), identity.name());
            LOG.info("Renewed the certificate of {}", identity.name());
        } catch (StatusRuntimeException e) {
            throw new IOException("cannot renew the certificate: " + Reasons.of(e), e);
        }
    }

    /**
     * Keeps what the control plane has certified.
     *
     * @throws IOException when it is not for these keys and this node, or cannot be read or kept
     */
    static Identity keep(IdentityFiles files, KeyPair keys, List<ByteString> chain, String nodeId)
            throws IOException {
        try {
            var identity =
                    new Identity(
                            keys.getPrivate(),
                            Certificates.parseChain(
                                    chain.stream().map(ByteString::toByteArray).toList()));
            if (!MessageDigest.isEqual(
                            identity.certificate().getPublicKey().getEncoded(),
                            keys.getPublic().getEncoded())
                    || !identity.name().equals(nodeId)) {
                throw new IOException("the control plane certified somebody else");
            }
            files.save(identity);
            return identity;
        } catch (GeneralSecurityException e) {
            throw new IOException("the control plane sent a certificate that cannot be read", e);
        }
    }
}
