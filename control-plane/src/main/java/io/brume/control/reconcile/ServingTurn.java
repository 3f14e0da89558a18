package io.brume.control.reconcile;

import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Serving;
import io.brume.control.domain.volume.Volume;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.Phase;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import java.util.Optional;

/**
 * How a client from outside gets a volume, and how that ends: when it is asked for, when its time
 * has passed, or when its agent is gone, since it has no other place to be. Pure.
 */
final class ServingTurn {
    private ServingTurn() {}

    /** What the writer's word and the time mean for a serving. */
    static Volume taken(Volume volume, Optional<WriterWord> word, VolumeSeen seen, Moment moment) {
        var serving = volume.serving().orElse(null);
        if (serving == null) {
            return volume;
        }
        if (!serving.state().isWanted()) {
            return released(volume, serving, word, seen, moment);
        }
        boolean over =
                !moment.now().isBefore(serving.until())
                        || seen.isAwayFor(serving.node(), VolumePlanner.WRITER_PATIENCE);
        if (over) {
            return after(volume, serving, AttachmentState.Event.DETACH_REQUESTED, moment);
        }
        boolean lets =
                volume.placement().writer().equals(Optional.of(serving.node()))
                        && word.filter(one -> one.named() && one.phase() == Phase.SERVING)
                                .filter(one -> one.isAbout(serving.since()))
                                .isPresent();
        return lets ? after(volume, serving, AttachmentState.Event.SERVED, moment) : volume;
    }

    private static Volume after(
            Volume volume, Serving serving, AttachmentState.Event event, Moment moment) {
        return volume.with(serving.after(event, moment.revision(), moment.now()));
    }

    private static Volume released(
            Volume volume,
            Serving serving,
            Optional<WriterWord> word,
            VolumeSeen seen,
            Moment moment) {
        var placement = volume.placement();
        if (placement.writer().isEmpty()) {
            // It was fenced off; nothing that its client writes is acknowledged any more.
            return placement.fenced() ? volume.unserved() : volume;
        }
        var phase = word.filter(one -> one.isAbout(serving.since())).map(WriterWord::phase);
        if (phase.filter(Phase.ABSENT::equals).isPresent()) {
            return volume.with(placement.withWriter(Optional.empty(), true)).unserved();
        }
        // It is told of no client, and serves: it has closed the door.
        if (phase.filter(Phase.SERVING::equals).isPresent()) {
            return volume.unserved();
        }
        boolean unreachable = placement.writer().map(seen::isAway).orElse(true);
        return unreachable || moment.isPast(serving.changed(), VolumePlanner.WRITER_PATIENCE)
                ? volume.with(placement.withWriter(Optional.empty(), false))
                : volume;
    }
}
