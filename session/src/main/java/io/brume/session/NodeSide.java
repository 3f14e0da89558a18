package io.brume.session;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ThreadFactory;

/**
 * The node's end of its session: all in which one kind of node differs from another.
 *
 * @param version of the node's program
 * @param intakeThreads makes the one thread of a session that calls {@link SessionHost#desired} and
 *     {@link SessionHost#changed}: a platform thread where those wait for native calls
 */
public record NodeSide(
        SessionHost host,
        Questions questions,
        Observations observations,
        String version,
        ThreadFactory intakeThreads) {
    public NodeSide {
        requireNonNull(host);
        requireNonNull(questions);
        requireNonNull(observations);
        requireNonNull(version);
        requireNonNull(intakeThreads);
    }
}
