package io.brume.node.session;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.brume.common.concurrent.Backoff;
import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityFiles;
import io.brume.common.tls.Keys;
import io.brume.proto.node.v1.NodeSessionGrpc;
import io.brume.proto.node.v1.RenewRequest;
import io.brume.proto.node.v1.RenewResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session with the control plane, for ever: dials, talks, and when the talk ends dials
 * again after a pause that grows from 100 ms to 10 s. Renews the node's certificate in time.
 * Thread-safe.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final HostPort control;
    private final IdentityFiles files;
    private final SessionHost host;
    private final Observations observations;
    private final Time time;
    private final String version;
    private final Backoff backoff;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread dialler;
    private Identity identity;
    private volatile boolean connected;
    private volatile boolean closed;

    /** Dials at once. */
    public Session(
            HostPort control,
            Identity identity,
            IdentityFiles files,
            SessionHost host,
            Observations observations,
            String version,
            Time time,
            RandomGenerator random) {
        this.control = requireNonNull(control);
        this.identity = requireNonNull(identity);
        this.files = requireNonNull(files);
        this.host = requireNonNull(host);
        this.observations = requireNonNull(observations);
        this.version = requireNonNull(version);
        this.time = requireNonNull(time);
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        this.dialler = Thread.ofVirtual().name("session").start(this::keepTalking);
    }

    /** Whether the control plane has welcomed this node and is being talked to. */
    public boolean isConnected() {
        return connected;
    }

    private void keepTalking() {
        String lastReason = "";
        while (!closed) {
            String reason;
            try {
                reason = talk();
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                reason = Reasons.of(e);
            }
            connected = false;
            if (!closed && !reason.equals(lastReason)) {
                LOG.warn("No session with {}: {}; trying on", control, reason);
                lastReason = reason;
            }
            try {
                Thread.sleep(backoff.next());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One session, until it ends; says why it did. */
    private String talk() throws IOException, InterruptedException {
        ManagedChannel channel = ControlChannel.as(identity, control, threads);
        try {
            renewIfDue(channel);
            var talk =
                    new Conversation(
                            identity.name(), host, observations, version, time, threads, channel);
            return talk.run(this::welcomed, () -> closed || identity.isDueForRenewal(time));
        } finally {
            channel.shutdownNow();
            if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("A connection to {} did not end", control);
            }
        }
    }

    private void welcomed() {
        connected = true;
        backoff.reset();
        LOG.info("In session with {} as {}", control, identity.name());
    }

    private void renewIfDue(ManagedChannel channel) throws IOException {
        if (!identity.isDueForRenewal(time)) {
            return;
        }
        KeyPair keys = files.requestKeys();
        var request =
                RenewRequest.newBuilder()
                        .setCertificateRequest(ByteString.copyFrom(Keys.request(keys, "node")))
                        .build();
        try {
            RenewResponse response =
                    NodeSessionGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .renew(request);
            var renewed =
                    new Identity(
                            keys.getPrivate(),
                            Certificates.parseChain(
                                    response.getCertificateChainList().stream()
                                            .map(ByteString::toByteArray)
                                            .toList()));
            if (!renewed.name().equals(identity.name())) {
                throw new IOException("the control plane certified somebody else");
            }
            files.save(renewed);
            identity = renewed;
            LOG.info("Renewed the certificate of {}", identity.name());
        } catch (StatusRuntimeException | GeneralSecurityException e) {
            throw new IOException("cannot renew the certificate: " + Reasons.of(e), e);
        }
    }

    /** Ends the session. Nothing on the host changes. */
    @Override
    public void close() {
        closed = true;
        dialler.interrupt();
        try {
            dialler.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
