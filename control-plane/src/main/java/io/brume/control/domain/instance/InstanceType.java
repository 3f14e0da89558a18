package io.brume.control.domain.instance;

import static java.util.Objects.requireNonNull;

/**
 * A size of machine.
 *
 * @param name AWS's, for example {@code t3.micro}
 * @param vcpus virtual processors
 * @param memoryMib memory in MiB
 * @param networkBitsPerSecond the most an instance may send, and the most it may receive
 * @param networkPerformance the same in AWS's words
 * @param burstable whether AWS gives it processor credits
 * @param currentGeneration whether AWS still recommends it
 */
public record InstanceType(
        String name,
        int vcpus,
        long memoryMib,
        long networkBitsPerSecond,
        String networkPerformance,
        boolean burstable,
        boolean currentGeneration) {
    public InstanceType {
        requireNonNull(name);
        requireNonNull(networkPerformance);
    }

    /** For example {@code t3}. */
    public String family() {
        return name.substring(0, name.indexOf('.'));
    }

    /** For example {@code micro}. */
    public String size() {
        return name.substring(name.indexOf('.') + 1);
    }
}
