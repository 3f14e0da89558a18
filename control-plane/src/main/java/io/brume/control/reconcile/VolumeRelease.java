package io.brume.control.reconcile;

import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import java.time.Duration;
import java.util.Optional;

/**
 * How a volume that is to be detached comes free: its guest lets go, or its writer is fenced. Pure.
 */
final class VolumeRelease {
    /** How long a guest may hold a volume before that is called busy. */
    static final Duration BUSY_AFTER = Duration.ofSeconds(30);

    private VolumeRelease() {}

    /** Letting go of an instance. */
    static Volume released(
            Volume volume, Optional<WriterWord> word, VolumeSeen seen, Moment moment) {
        var attachment = volume.attachment().orElse(null);
        if (attachment == null || attachment.state().isWanted()) {
            return volume;
        }
        var placement = volume.placement();
        if (placement.writer().isEmpty()) {
            // It was fenced off; nothing that its guest writes is acknowledged any more.
            return placement.fenced() ? volume.detached() : volume;
        }
        var about = word.filter(one -> one.isAbout(attachment.since()));
        if (about.isPresent()) {
            switch (about.get().phase()) {
                case ABSENT -> {
                    return volume.with(placement.withWriter(Optional.empty(), true)).detached();
                }
                // It is told of no instance, and serves: the guest has let go.
                case SERVING -> {
                    return volume.detached();
                }
                case OPENING, DETACHING, FAILED -> {}
            }
        }
        return notReleased(volume, attachment, seen, moment);
    }

    private static Volume notReleased(
            Volume volume, VolumeAttachment attachment, VolumeSeen seen, Moment moment) {
        boolean waited = moment.isPast(attachment.changed(), VolumePlanner.WRITER_PATIENCE);
        boolean unreachable = volume.placement().writer().map(seen::isAway).orElse(true);
        if (attachment.force() && (waited || unreachable)) {
            return volume.with(volume.placement().withWriter(Optional.empty(), false));
        }
        return moment.isPast(attachment.changed(), BUSY_AFTER)
                ? volume.with(
                        attachment.after(
                                AttachmentState.Event.HELD, attachment.since(), moment.now()))
                : volume;
    }
}
