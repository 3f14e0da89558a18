package io.brume.session;

import static java.util.Objects.requireNonNull;

import io.brume.common.concurrent.Backoff;
import io.brume.common.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    private final Membership membership;
    private final NodeSide node;
    private final Time time;
    private final Backoff backoff;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread dialler;
    private volatile boolean connected;
    private volatile boolean closed;

    /** Dials at once. */
    public Session(Membership membership, NodeSide node, Time time, RandomGenerator random) {
        this.membership = requireNonNull(membership);
        this.node = requireNonNull(node);
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
                LOG.warn("No session with {}: {}; trying on", membership.control(), reason);
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
        if (membership.isDueForRenewal(time)) {
            membership.renew(threads);
        }
        try (ControlChannel channel = membership.dial(threads)) {
            var talk =
                    new Conversation(membership.nodeId(), node, time, threads, channel.channel());
            return talk.run(this::welcomed, () -> closed || membership.isDueForRenewal(time));
        }
    }

    private void welcomed() {
        connected = true;
        backoff.reset();
        LOG.info("In session with {} as {}", membership.control(), membership.nodeId());
    }

    /** Ends the session. Nothing on the node changes. */
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
