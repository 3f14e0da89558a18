package io.brume.storage.object.s3.http;

import static java.util.Objects.requireNonNull;

import io.brume.common.time.Time;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one event loop share: the writer of heads, and one timer that looks at
 * all of them, since a timer for each request would cost more than most requests. Of its event
 * loop.
 */
final class LoopState {
    private static final Duration MOST = Duration.ofSeconds(1);

    private final HeadWriter heads = new HeadWriter();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Time time;

    LoopState(Time time) {
        this.time = requireNonNull(time);
    }

    /** Begins to look at the connections. */
    void watch(EventLoop loop, ServerLimits.Timeouts timeouts) {
        long every =
                Math.max(
                        10,
                        Math.min(
                                MOST.toMillis(),
                                Math.min(
                                                timeouts.firstHead().toMillis(),
                                                Math.min(
                                                        timeouts.nextHead().toMillis(),
                                                        timeouts.stall().toMillis()))
                                        / 4));
        var _ = loop.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.MILLISECONDS);
    }

    HeadWriter heads() {
        return heads;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    /** Closes the connections that serve no request, and the others as soon as they have. */
    void drain() {
        new ArrayList<>(connections).forEach(Connection::drain);
    }

    private void sweep() {
        long now = time.nanos();
        new ArrayList<>(connections).forEach(connection -> connection.sweep(now));
    }
}
