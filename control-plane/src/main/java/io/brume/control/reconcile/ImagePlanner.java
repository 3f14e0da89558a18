package io.brume.control.reconcile;

import static java.util.Objects.requireNonNull;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.Image;
import io.brume.control.domain.image.ImageState;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.state.ImageObserved;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which hosts read an image, and what the next step is on its way to being available: a
 * host reads it, fills a hidden volume with it, the volume is cut, the snapshot is the image's.
 * Pure; every step follows from the store and from what hosts say now, so that any program may end
 * between two steps.
 */
final class ImagePlanner {
    /** How much of an import's progress reading the image is. */
    private static final int READ_PERCENT = 50;

    private static final int FILLED_PERCENT = 90;
    private static final int ALL = 100;

    private ImagePlanner() {}

    /**
     * What the host that fills the hidden volume says.
     *
     * @param failure why it cannot; empty while it can
     * @param away whether it has had no session for long
     */
    record FillWord(int percent, String failure, boolean away) {}

    /**
     * What is known beside the record.
     *
     * @param readers the hosts that may read it, in the order in which they are asked
     * @param words what hosts say of the image
     * @param volume the hidden one that it is imported into
     * @param awaited whether it is made of an instance whose guest has to go down first
     * @param snapshots the states of those that it is made of; those that are not there are not in
     *     it
     */
    record Seen(
            List<NodeId> readers,
            Map<NodeId, ImageObserved> words,
            Optional<Volume> volume,
            FillWord fill,
            boolean awaited,
            Map<SnapshotId, SnapshotState> snapshots) {
        Seen {
            readers = List.copyOf(readers);
            words = Map.copyOf(words);
            requireNonNull(volume);
            requireNonNull(fill);
            snapshots = Map.copyOf(snapshots);
        }
    }

    /** What is to be done next. */
    sealed interface Step {
        /** Nothing but to wait. */
        record Await(int percent) implements Step {}

        /** This host fills a new hidden volume. */
        record Fill(ImageObserved word, NodeId host) implements Step {}

        /** The host that was to fill it does not come back; another one has the image. */
        record FillElsewhere(Volume volume) implements Step {}

        /** All of it is there: a snapshot of it is the image's root. */
        record Cut(Volume volume) implements Step {}

        /** Every snapshot is complete. */
        record Finish() implements Step {}

        record Fail(String reason) implements Step {}
    }

    /**
     * The hosts that are to read an image that is imported: one after the other, until one can. A
     * host that has read it stays asked, and nobody else is.
     */
    static List<NodeId> readers(List<NodeId> candidates, Map<NodeId, ImageObserved> words) {
        for (var candidate : candidates) {
            if (phase(words, candidate) == ImageObserved.Phase.READY) {
                return List.of(candidate);
            }
        }
        var asked = new ArrayList<NodeId>();
        for (var candidate : candidates) {
            asked.add(candidate);
            if (phase(words, candidate) != ImageObserved.Phase.FAILED) {
                break;
            }
        }
        return List.copyOf(asked);
    }

    private static ImageObserved.Phase phase(Map<NodeId, ImageObserved> words, NodeId node) {
        var word = words.get(node);
        return word == null ? ImageObserved.Phase.IMPORTING : word.phase();
    }

    /** The next step of an image that is pending. */
    static Step next(Image image, Seen seen) {
        if (image.state() != ImageState.PENDING) {
            throw new IllegalArgumentException(image.id() + " is not pending");
        }
        if (image.rootSnapshot().isPresent()) {
            return kept(image, seen);
        }
        if (image.source().isEmpty()) {
            return new Step.Fail("it is made of nothing");
        }
        return seen.volume().map(volume -> filled(volume, seen)).orElseGet(() -> read(seen));
    }

    private static Step kept(Image image, Seen seen) {
        boolean all = true;
        for (var id : image.snapshots()) {
            var state = seen.snapshots().get(id);
            if (state == null && seen.awaited()) {
                return new Step.Await(0);
            }
            if (state == null || state == SnapshotState.ERROR || state == SnapshotState.DELETED) {
                return new Step.Fail("the snapshot %s of it could not be made".formatted(id));
            }
            all &= state == SnapshotState.COMPLETED;
        }
        return all ? new Step.Finish() : new Step.Await(FILLED_PERCENT);
    }

    private static Step filled(Volume volume, Seen seen) {
        if (volume.state() == VolumeState.ERROR) {
            return new Step.Fail(volume.problem());
        }
        if (volume.filling().filter(Filling::done).isPresent()) {
            return new Step.Cut(volume);
        }
        if (!seen.fill().failure().isEmpty()) {
            return new Step.Fail(seen.fill().failure());
        }
        var host = volume.placement().writer();
        boolean another =
                seen.readers().stream()
                        .filter(node -> !host.equals(Optional.of(node)))
                        .anyMatch(node -> phase(seen.words(), node) == ImageObserved.Phase.READY);
        if (seen.fill().away() && another) {
            return new Step.FillElsewhere(volume);
        }
        int share = (FILLED_PERCENT - READ_PERCENT) * Math.clamp(seen.fill().percent(), 0, ALL);
        return new Step.Await(READ_PERCENT + share / ALL);
    }

    private static Step read(Seen seen) {
        boolean allFailed = !seen.readers().isEmpty();
        int percent = 0;
        for (var node : seen.readers()) {
            var word = seen.words().get(node);
            if (word != null && word.phase() == ImageObserved.Phase.READY) {
                return new Step.Fill(word, node);
            }
            allFailed &= word != null && word.phase() == ImageObserved.Phase.FAILED;
            percent = Math.max(percent, word == null ? 0 : word.progressPercent());
        }
        if (allFailed) {
            return new Step.Fail(
                    requireNonNull(seen.words().get(seen.readers().getFirst())).reason());
        }
        return new Step.Await(READ_PERCENT * Math.clamp(percent, 0, ALL) / ALL);
    }
}
