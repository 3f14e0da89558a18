package io.brume.storage.rpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.concurrent.Backoff;
import io.brume.common.config.HostPort;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Keys;
import io.brume.common.tls.Trust;
import io.brume.proto.node.v1.JoinRequest;
import io.brume.proto.node.v1.JoinResponse;
import io.brume.proto.node.v1.NodeRegistryGrpc;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.RenewRequest;
import io.brume.proto.node.v1.Role;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins a cloud once and dials its control plane ever after, over TLS 1.3. */
public final class ControlPlaneClient {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneClient.class);

    /** The name that the control plane's certificate bears, whatever address it is reached at. */
    private static final String SERVER_NAME = "control-plane.brume.internal";

    private static final int MAX_TOKEN_BYTES = 1024;
    private static final int MAX_CAUSES = 16;

    private final HostPort control;
    private final IdentityFiles files;
    private final Executor threads;
    private final RandomGenerator random;

    public ControlPlaneClient(
            HostPort control, IdentityFiles files, Executor threads, RandomGenerator random) {
        this.control = requireNonNull(control);
        this.files = requireNonNull(files);
        this.threads = requireNonNull(threads);
        this.random = requireNonNull(random);
    }

    /**
     * The node's identity: the one it has, or the one that the token buys. Waits as long as the
     * control plane cannot be reached. Deletes the token once it is used.
     *
     * @throws IOException with a reason for people when there is neither, or the token is refused
     */
    public Identity join(Optional<Path> tokenFile, String hostName, String zone)
            throws IOException, InterruptedException {
        Optional<Identity> known = files.load();
        if (known.isEmpty()) {
            Path file =
                    tokenFile
                            .filter(Files::exists)
                            .orElseThrow(() ->
                                    new IOException(
                                            "this host has not joined a cloud yet: name"
                                                    + " the file of a join token in"
                                                    + " join.token"));
            if (Files.size(file) > MAX_TOKEN_BYTES) {
                throw new IOException(file + " is no join token");
            }
            known = Optional.of(join(Files.readString(file).strip(), hostName, zone));
        }
        if (tokenFile.isPresent()) {
            Files.deleteIfExists(tokenFile.get());
        }
        return known.get();
    }

    private Identity join(String token, String hostName, String zone)
            throws IOException, InterruptedException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals("brume1")) {
            throw new IOException("the join token is damaged: it reads brume1.AUTHORITY.SECRET");
        }
        KeyPair keys = files.requestKeys();
        JoinRequest request =
                JoinRequest.newBuilder()
                        .setRole(Role.ROLE_STORAGE_NODE)
                        .setHostName(hostName)
                        .setZone(zone)
                        .setToken(token)
                        .setCertificateRequest(ByteString.copyFrom(Keys.request(keys, "node")))
                        .build();
        ManagedChannel channel = dial(SslContextBuilder.forClient(), Trust.pinned(parts[1]));
        try {
            JoinResponse response = ask(channel, request);
            return keep(keys, response.getCertificateChainList(), response.getNodeId());
        } finally {
            channel.shutdownNow();
        }
    }

    private JoinResponse ask(ManagedChannel channel, JoinRequest request)
            throws IOException, InterruptedException {
        var backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), random);
        while (true) {
            try {
                return NodeRegistryGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .join(request);
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                boolean away =
                        code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
                if (!away || isDistrust(e)) {
                    throw new IOException("cannot join at " + control + ": " + e.getMessage(), e);
                }
                LOG.warn("Cannot join at {} yet: {}", control, e.getMessage());
            }
            Thread.sleep(backoff.next());
        }
    }

    private static boolean isDistrust(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof CertificateException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private Identity keep(KeyPair keys, List<ByteString> chain, String nodeId) throws IOException {
        try {
            var identity =
                    new Identity(
                            keys.getPrivate(),
                            Certificates.parseChain(
                                    chain.stream().map(ByteString::toByteArray).toList()));
            if (!identity.certificate().getPublicKey().equals(keys.getPublic())
                    || !identity.name().equals(nodeId)) {
                throw new IOException("the control plane certified somebody else");
            }
            files.save(identity);
            return identity;
        } catch (GeneralSecurityException e) {
            throw new IOException("the control plane sent a certificate that cannot be read", e);
        }
    }

    /** A channel as the node that an identity names. */
    public ManagedChannel dial(Identity identity) throws IOException {
        return dial(
                SslContextBuilder.forClient().keyManager(new IdentityKeyManager(() -> identity)),
                Trust.authority(identity.authority()));
    }

    /** The same node under a new certificate. */
    public Identity renew(Identity identity, ManagedChannel channel) throws IOException {
        KeyPair keys = files.requestKeys();
        var request =
                RenewRequest.newBuilder()
                        .setCertificateRequest(ByteString.copyFrom(Keys.request(keys, "node")));
        try {
            var response =
                    NodeSessionGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .renew(request.build());
            return keep(keys, response.getCertificateChainList(), identity.name());
        } catch (StatusRuntimeException e) {
            throw new IOException("cannot renew the certificate: " + e.getMessage(), e);
        }
    }

    private ManagedChannel dial(SslContextBuilder tls, X509ExtendedTrustManager trust)
            throws IOException {
        return NettyChannelBuilder.forAddress(control.host(), control.port())
                .overrideAuthority(SERVER_NAME)
                .sslContext(
                        GrpcSslContexts.configure(tls, SslProvider.JDK)
                                .protocols("TLSv1.3")
                                .trustManager(trust)
                                .build())
                .executor(threads)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .build();
    }
}
