package io.brume.control.domain.image;

import static java.util.Objects.requireNonNull;

/**
 * A disk that instances of an image get unless their launch says otherwise.
 *
 * @param deviceName for example {@code /dev/xvda}
 * @param sizeGib 0 = as large as the image
 * @param volumeType for example {@code gp3}
 */
public record ImageBlockDevice(
        String deviceName, int sizeGib, String volumeType, boolean deleteOnTermination) {
    public ImageBlockDevice {
        requireNonNull(deviceName);
        requireNonNull(volumeType);
    }
}
