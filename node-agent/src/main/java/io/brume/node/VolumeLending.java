package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.image.VolumeFiller;
import io.brume.node.volume.Volumes;
import java.io.IOException;

/**
 * Whoever copies a volume reads it at its socket, which stays until they let go of it. Thread-safe.
 */
final class VolumeLending {
    private final String volumeId;
    private final Volumes volumes;
    private final Runnable back;
    private int lent;

    /**
     * @param back told each time that somebody has let go
     */
    VolumeLending(String volumeId, Volumes volumes, Runnable back) {
        this.volumeId = requireNonNull(volumeId);
        this.volumes = requireNonNull(volumes);
        this.back = requireNonNull(back);
    }

    synchronized VolumeFilling.Held lend() throws IOException {
        var source = new VolumeFiller.Source.OfVolume(volumeId, volumes.offer(volumeId));
        lent++;
        return new VolumeFilling.Held(source, this::takeBack);
    }

    private void takeBack() {
        synchronized (this) {
            lent--;
        }
        back.run();
    }

    /** Serves the volume at its socket no longer, unless somebody reads it. */
    synchronized void withdraw() {
        if (lent == 0) {
            volumes.withdraw(volumeId);
        }
    }
}
