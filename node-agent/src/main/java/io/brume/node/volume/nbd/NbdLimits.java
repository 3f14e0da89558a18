package io.brume.node.volume.nbd;

import java.time.Duration;

/**
 * What a server gives at most.
 *
 * @param connections at the same time; more are closed as they come
 * @param requests of one connection that are under way or whose answers are not sent; at that point
 *     nothing more is read from it
 * @param bytes memory for the data of requests, of all connections together; at least 33 MiB, for
 *     the longest request. Who needs more waits for its turn
 * @param handshake time for the handshake as a whole
 * @param stalled how long a client may leave answers unread, while others wait for the memory they
 *     take or its connection is ending
 */
public record NbdLimits(
        int connections, int requests, long bytes, Duration handshake, Duration stalled) {
    /** For a volume: QEMU's connection, and some more. */
    public static final NbdLimits STANDARD =
            new NbdLimits(32, 256, 40L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));

    public NbdLimits {
        if (connections < 1 || requests < 1 || bytes < Nbd.MAX_BLOCK + BufferPool.LARGEST) {
            throw new IllegalArgumentException("limits below what one client needs");
        }
        if (!handshake.isPositive() || !stalled.isPositive()) {
            throw new IllegalArgumentException("times must be positive");
        }
    }
}
