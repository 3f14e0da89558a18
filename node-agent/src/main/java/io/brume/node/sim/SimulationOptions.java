package io.brume.node.sim;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a simulated host behaves. Everything that is left to chance comes from the seed.
 *
 * @param seed of faults and of the scatter of delays
 * @param startTakes to start a guest
 * @param shutdownTakes for a guest that was asked to shut down
 * @param importTakes to import an image, or to fill a volume
 * @param networkTakes to apply a VPC
 * @param volumeTakes to open or change a volume, and for a guest to let go of one
 * @param faultRate how many of a thousand calls that may fail do, 0 to 1000
 * @param state where guests, disks and networks are kept so that they outlive the agent, as real
 *     ones do; empty = they end with the process
 */
public record SimulationOptions(
        long seed,
        Duration startTakes,
        Duration shutdownTakes,
        Duration importTakes,
        Duration networkTakes,
        Duration volumeTakes,
        int faultRate,
        Optional<Path> state) {
    public SimulationOptions {
        requireNonNull(startTakes);
        requireNonNull(shutdownTakes);
        requireNonNull(importTakes);
        requireNonNull(networkTakes);
        requireNonNull(volumeTakes);
        requireNonNull(state);
        if (faultRate < 0 || faultRate > 1000) {
            throw new IllegalArgumentException("a fault rate is 0 to 1000");
        }
    }

    /** Everything succeeds at once and nothing is kept. */
    public static SimulationOptions instant() {
        return new SimulationOptions(
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                0,
                Optional.empty());
    }

    /** Guests start and stop in tenths of a second, and are kept in a folder. */
    public static SimulationOptions lifelike(Path state) {
        return new SimulationOptions(
                1,
                Duration.ofMillis(150),
                Duration.ofMillis(200),
                Duration.ofMillis(300),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                0,
                Optional.of(state));
    }

    public SimulationOptions withFaults(long newSeed, int newFaultRate) {
        return new SimulationOptions(
                newSeed,
                startTakes,
                shutdownTakes,
                importTakes,
                networkTakes,
                volumeTakes,
                newFaultRate,
                state);
    }
}
