package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.snapshot.SnapshotId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A volume that instances of an image get unless their launch says otherwise.
 *
 * @param deviceName for example {@code /dev/xvda}
 * @param snapshot what it begins as; empty = zeros, or an import that is not done yet
 * @param sizeGib 0 = as large as the snapshot, or as the image that is imported
 * @param volumeType for example {@code gp3}
 * @param iops null = the type's usual
 * @param throughput MiB a second; null = the type's usual
 * @param encrypted whether the snapshot is
 */
public record ImageBlockDevice(
        String deviceName,
        Optional<SnapshotId> snapshot,
        int sizeGib,
        String volumeType,
        @Nullable Integer iops,
        @Nullable Integer throughput,
        boolean deleteOnTermination,
        boolean encrypted) {
    public ImageBlockDevice {
        requireNonNull(deviceName);
        requireNonNull(snapshot);
        requireNonNull(volumeType);
    }

    /** One whose type gives it what it usually does. */
    public static ImageBlockDevice usual(
            String deviceName, int sizeGib, String volumeType, boolean deleteOnTermination) {
        return new ImageBlockDevice(
                deviceName,
                Optional.empty(),
                sizeGib,
                volumeType,
                null,
                null,
                deleteOnTermination,
                false);
    }

    public ImageBlockDevice with(SnapshotId content, boolean nowEncrypted) {
        return new ImageBlockDevice(
                deviceName,
                Optional.of(content),
                sizeGib,
                volumeType,
                iops,
                throughput,
                deleteOnTermination,
                nowEncrypted);
    }

    public ImageBlockDevice withSizeGib(int size) {
        return new ImageBlockDevice(
                deviceName,
                snapshot,
                size,
                volumeType,
                iops,
                throughput,
                deleteOnTermination,
                encrypted);
    }
}
