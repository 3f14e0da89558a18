package io.brume.control.reconcile;

import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.Volume;
import io.brume.control.reconcile.VolumeSeen.Moment;
import io.brume.control.reconcile.VolumeSeen.Phase;
import io.brume.control.reconcile.VolumeSeen.WriterWord;
import java.util.HashSet;
import java.util.Optional;

/**
 * What the word of a volume's writer means for its record. Pure.
 *
 * <p>A replica that has caught up counts only when the writer is known to count it: before, a write
 * may be acknowledged without it.
 */
final class WriterHearing {
    private WriterHearing() {}

    static boolean isAboutWriter(WriterWord word, Placement placement) {
        return placement.writer().isPresent()
                && (word.phase() == Phase.ABSENT || word.epoch() == placement.epoch());
    }

    /**
     * One in-sync replica that knows the epoch is enough: no older writer has a write acknowledged
     * without it. A joining one is not, since an older writer may not count it yet.
     */
    static Placement fenced(Placement placement, VolumeSeen seen) {
        if (placement.fenced()) {
            return placement;
        }
        boolean known =
                placement.nodes(ReplicaRole.IN_SYNC).stream()
                        .map(node -> Optional.ofNullable(seen.replicas().get(node)))
                        .flatMap(Optional::stream)
                        .anyMatch(word ->
                                word.phase() == Phase.SERVING && word.epoch() >= placement.epoch());
        return known ? placement.withFenced() : placement;
    }

    static Volume heard(Volume volume, WriterWord word, Moment moment) {
        var placement =
                volume.placement()
                        .eachReplica(replica ->
                                replica.role() == ReplicaRole.JOINING
                                                && word.phase() == Phase.SERVING
                                                && word.isAbout(replica.since())
                                        ? replica.as(
                                                ReplicaRole.IN_SYNC,
                                                moment.revision(),
                                                moment.now())
                                        : replica);
        placement = withoutFailed(placement, word, moment);
        placement =
                placement.eachReplica(replica ->
                        replica.role() == ReplicaRole.REBUILDING
                                        && word.inStep().contains(replica.node())
                                ? replica.as(ReplicaRole.JOINING, moment.revision(), moment.now())
                                : replica);
        var next = volume.with(placement);
        return word.phase() == Phase.SERVING ? served(next, word, moment) : next;
    }

    /** The set without those that the writer cannot reach; the last one always stays. */
    private static Placement withoutFailed(Placement placement, WriterWord word, Moment moment) {
        var failed = new HashSet<>(word.failed());
        boolean othersStay =
                placement.nodes(ReplicaRole.IN_SYNC).stream()
                        .anyMatch(node -> !failed.contains(node));
        if (!othersStay) {
            return placement;
        }
        return placement.eachReplica(replica ->
                switch (replica.role()) {
                    case IN_SYNC ->
                            ReplicaRepair.lostIf(failed.contains(replica.node()), replica, moment);
                    case JOINING ->
                            ReplicaRepair.lostIf(
                                    failed.contains(replica.node())
                                            && word.isAbout(replica.since()),
                                    replica,
                                    moment);
                    case REBUILDING, LOST -> replica;
                });
    }

    private static Volume served(Volume volume, WriterWord word, Moment moment) {
        return volume.attachment()
                .filter(one -> one.state() == AttachmentState.ATTACHING)
                .filter(one -> word.named() && word.isAbout(one.since()))
                .map(one ->
                        volume.with(
                                one.after(
                                        AttachmentState.Event.SERVED,
                                        moment.revision(),
                                        moment.now())))
                .orElse(volume);
    }
}
