package io.brume.node.host;

/**
 * What a control group may take.
 *
 * @param cpuMillis thousandths of a CPU; 0 = unlimited
 * @param memoryBytes 0 = unlimited
 * @param processes most processes and threads; 0 = unlimited
 */
public record ControlGroupLimits(int cpuMillis, long memoryBytes, int processes) {
    public ControlGroupLimits {
        if (cpuMillis < 0 || memoryBytes < 0 || processes < 0) {
            throw new IllegalArgumentException("a limit is never negative");
        }
    }
}
