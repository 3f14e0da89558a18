package io.brume.control.scheduler;

/**
 * An amount of a host.
 *
 * @param vcpus virtual processors
 * @param memoryMib memory in MiB
 */
public record Resources(long vcpus, long memoryMib) {
    public static final Resources NONE = new Resources(0, 0);

    public Resources plus(Resources other) {
        return new Resources(vcpus + other.vcpus, memoryMib + other.memoryMib);
    }

    public Resources minus(Resources other) {
        return new Resources(vcpus - other.vcpus, memoryMib - other.memoryMib);
    }
}
