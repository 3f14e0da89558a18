package io.brume.session;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.concurrent.Backoff;
import io.brume.common.config.HostPort;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.Keys;
import io.brume.proto.node.v1.JoinRequest;
import io.brume.proto.node.v1.JoinResponse;
import io.brume.proto.node.v1.NodeRegistryGrpc;
import io.brume.proto.node.v1.Role;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Becomes a node of a cloud, once: trades the join token for a certificate and keeps that. Whoever
 * has joined needs no token any more.
 */
public final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final int MAX_TOKEN_BYTES = 1024;

    private final HostPort control;
    private final IdentityFiles files;
    private final JoinRequest.Builder introduction;
    private final RandomGenerator random;

    /**
     * Joins the cloud at an address.
     *
     * @param files where the identity is kept
     */
    public Joining(
            HostPort control,
            IdentityFiles files,
            Role role,
            String hostName,
            String zone,
            RandomGenerator random) {
        this.control = requireNonNull(control);
        this.files = requireNonNull(files);
        this.random = requireNonNull(random);
        this.introduction =
                JoinRequest.newBuilder().setRole(role).setHostName(hostName).setZone(zone);
    }

    /**
     * The node's membership: the one it has, or the one that the token buys. Waits as long as the
     * control plane cannot be reached. Deletes the token once it is used.
     *
     * @param tokenFile holds the token alone
     * @throws IOException with a reason for people when there is neither, or the token is refused
     */
    public Membership join(Optional<Path> tokenFile) throws IOException, InterruptedException {
        Optional<Identity> known = files.load();
        if (known.isEmpty()) {
            Path file =
                    tokenFile
                            .filter(Files::exists)
                            .orElseThrow(() ->
                                    new IOException(
                                            "this host has not joined a cloud yet: make a"
                                                    + " token with 'brume node token' on the"
                                                    + " control plane and name its file in"
                                                    + " join.token"));
            if (Files.size(file) > MAX_TOKEN_BYTES) {
                throw new IOException(file + " is no join token");
            }
            known = Optional.of(join(Files.readString(file).strip()));
        }
        if (tokenFile.isPresent()) {
            Files.deleteIfExists(tokenFile.get());
        }
        return new Membership(control, files, known.get());
    }

    private Identity join(String token) throws IOException, InterruptedException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals("brume1")) {
            throw new IOException("the join token is damaged: it reads brume1.AUTHORITY.SECRET");
        }
        KeyPair keys = files.requestKeys();
        JoinRequest request =
                introduction
                        .setToken(token)
                        .setCertificateRequest(ByteString.copyFrom(Keys.request(keys, "node")))
                        .build();
        JoinResponse response = ask(parts[1], request);
        Identity identity =
                Membership.keep(
                        files, keys, response.getCertificateChainList(), response.getNodeId());
        LOG.info("Joined as {}", identity.name());
        return identity;
    }

    private JoinResponse ask(String fingerprint, JoinRequest request)
            throws IOException, InterruptedException {
        var backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), random);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ControlChannel channel = ControlChannel.toJoin(control, fingerprint, threads)) {
            while (true) {
                try {
                    return NodeRegistryGrpc.newBlockingStub(channel.channel())
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .join(request);
                } catch (StatusRuntimeException e) {
                    giveUpUnlessAway(e);
                    LOG.warn("Cannot join at {} yet: {}", control, Reasons.of(e));
                }
                Thread.sleep(backoff.next());
            }
        }
    }

    private void giveUpUnlessAway(StatusRuntimeException e) throws IOException {
        Status.Code code = e.getStatus().getCode();
        boolean away = code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
        if (!away || Reasons.isDistrust(e)) {
            throw new IOException("cannot join at " + control + ": " + Reasons.of(e), e);
        }
    }
}
