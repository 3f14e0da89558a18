package io.brume.control.domain.volume;

import static java.util.Objects.requireNonNull;

/**
 * What a volume can do.
 *
 * @param iops operations a second, of at most 256 KiB each
 * @param throughput MiB a second
 */
public record VolumeConfiguration(VolumeType type, int sizeGib, int iops, int throughput) {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    public VolumeConfiguration {
        requireNonNull(type);
    }

    public long sizeBytes() {
        return sizeGib * GIB;
    }

    public long bytesPerSecond() {
        return throughput * MIB;
    }
}
