package io.brume.control.fleet.grpc;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the fleet is served.
 *
 * @param listen where agents dial; port 0 takes a free one
 * @param heartbeat how often each host must be heard from
 * @param missedHeartbeats after how many a host counts as disconnected, 3 to 10
 * @param certificateLife of a node's certificate; it renews it after two thirds
 */
public record FleetOptions(
        InetSocketAddress listen,
        Duration heartbeat,
        int missedHeartbeats,
        Duration certificateLife) {
    public FleetOptions {
        requireNonNull(listen);
        if (!heartbeat.isPositive() || missedHeartbeats < 3 || missedHeartbeats > 10) {
            throw new IllegalArgumentException(
                    "heartbeat must be positive and missed heartbeats 3 to 10");
        }
        requireNonNull(certificateLife);
    }

    /** Every 5 seconds; 4 missed are too many; certificates live 30 days. */
    public static FleetOptions standard(InetSocketAddress listen) {
        return new FleetOptions(listen, Duration.ofSeconds(5), 4, Duration.ofDays(30));
    }
}
