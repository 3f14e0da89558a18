package io.brume.control.state;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.image.BootMode;
import io.brume.control.domain.image.ImageId;
import org.jspecify.annotations.Nullable;

/**
 * What a host says about an image.
 *
 * @param progressPercent 0 to 100, while importing
 * @param reason for people, when it failed
 * @param virtualSizeBytes of the disk as a guest sees it, when ready
 * @param bootMode when ready; null = the host's default for it
 * @param direct when ready: whether it brings a kernel that is started without firmware
 * @param description what the image says of itself; empty for most
 */
public record ImageObserved(
        ImageId id,
        Phase phase,
        int progressPercent,
        String reason,
        long virtualSizeBytes,
        @Nullable BootMode bootMode,
        boolean direct,
        String description) {
    /** How far the host is. */
    public enum Phase {
        IMPORTING,
        READY,
        FAILED
    }

    public ImageObserved {
        requireNonNull(id);
        requireNonNull(phase);
        requireNonNull(reason);
        requireNonNull(description);
    }
}
