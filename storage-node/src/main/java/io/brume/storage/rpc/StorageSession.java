package io.brume.storage.rpc;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Backoff;
import io.brume.common.time.Time;
import io.brume.common.tls.Identity;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session with the control plane, for ever: dials, tells what the node is and has, takes
 * up what it is to have, and when the session ends dials again after a pause that grows from 100 ms
 * to 10 s. Renews the node's certificate in time. Thread-safe.
 */
public final class StorageSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageSession.class);

    private final ControlPlaneClient client;
    private final String version;
    private final SessionHost host;
    private final Observations observations;
    private final Time time;
    private final Backoff backoff;
    private final AtomicReference<Identity> identity;
    private volatile boolean connected;
    private volatile boolean closed;
    private final Thread dialler;

    /**
     * Dials at once.
     *
     * @param identity who this node is; a renewed certificate is put in its place
     */
    public StorageSession(
            ControlPlaneClient client,
            AtomicReference<Identity> identity,
            String version,
            SessionHost host,
            Observations observations,
            Time time,
            RandomGenerator random) {
        this.client = requireNonNull(client);
        this.identity = requireNonNull(identity);
        this.version = requireNonNull(version);
        this.host = requireNonNull(host);
        this.observations = requireNonNull(observations);
        this.time = requireNonNull(time);
        this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), random);
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
                reason = e.toString();
            }
            connected = false;
            if (!closed && !reason.equals(lastReason)) {
                LOG.warn("No session: {}; trying on", reason);
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
        Identity now = identity.get();
        ManagedChannel channel = client.dial(now);
        try {
            if (now.isDueForRenewal(time)) {
                identity.set(client.renew(now, channel));
                return "the certificate is renewed";
            }
            var talk =
                    new StorageConversation(now.name(), host, observations, version, time, channel);
            return talk.run(this::welcomed, () -> closed || now.isDueForRenewal(time));
        } finally {
            channel.shutdownNow();
        }
    }

    private void welcomed() {
        connected = true;
        backoff.reset();
        LOG.info("In session as {}", identity.get().name());
    }

    @Override
    public void close() {
        closed = true;
        dialler.interrupt();
        try {
            dialler.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
