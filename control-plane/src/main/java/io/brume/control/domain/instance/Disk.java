package io.brume.control.domain.instance;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.volume.VolumeId;
import java.time.Instant;

/**
 * A disk of an instance, on its host.
 *
 * @param deviceName for example {@code /dev/xvda}
 * @param type AWS's, for example {@code gp3}
 * @param sizeGib in GiB
 * @param deleteOnTermination whether it goes with the instance
 * @param attachedAt when the instance got it
 */
public record Disk(
        VolumeId volume,
        String deviceName,
        String type,
        long sizeGib,
        boolean deleteOnTermination,
        Instant attachedAt) {
    private static final long GIB = 1L << 30;

    public Disk {
        requireNonNull(volume);
        requireNonNull(deviceName);
        requireNonNull(type);
        requireNonNull(attachedAt);
    }

    public Disk withDeleteOnTermination(boolean value) {
        return new Disk(volume, deviceName, type, sizeGib, value, attachedAt);
    }

    public long sizeBytes() {
        return sizeGib * GIB;
    }
}
