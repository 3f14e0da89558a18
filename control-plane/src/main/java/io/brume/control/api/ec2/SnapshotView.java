package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.snapshot.Snapshot;
import io.brume.control.domain.snapshot.SnapshotState;
import io.brume.control.domain.tag.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateSnapshotResponse;
import software.amazon.awssdk.services.ec2.model.SnapshotInfo;
import software.amazon.awssdk.services.ec2.model.StorageTier;

/** A snapshot as AWS shows it. */
final class SnapshotView {
    private final AccountId operator;
    private final Filters<Tagged<Snapshot>> filters;

    /**
     * @param operator the account whose snapshots are the cloud's own ("amazon")
     */
    SnapshotView(AccountId operator) {
        this.operator = requireNonNull(operator);
        this.filters = table();
    }

    Filters<Tagged<Snapshot>> filters() {
        return filters;
    }

    /** AWS's word for the owner when that is the cloud itself, and the snapshot public. */
    @Nullable String ownerAlias(Snapshot snapshot) {
        boolean clouds = snapshot.account().equals(operator) && snapshot.permissions().everyone();
        return clouds ? "amazon" : null;
    }

    private static String progress(Snapshot snapshot) {
        return snapshot.progress() + "%";
    }

    private Filters<Tagged<Snapshot>> table() {
        return Filters.<Tagged<Snapshot>>table()
                .value("snapshot-id", Tagged.text(Snapshot::id))
                .value("volume-id", Tagged.text(Snapshot::volumeId))
                .value("volume-size", Tagged.text(Snapshot::sizeGib))
                .value("status", Tagged.text(one -> one.state().awsName()))
                .value("progress", Tagged.text(SnapshotView::progress))
                .value("start-time", Tagged.text(Snapshot::started))
                .value("description", Tagged.text(Snapshot::description))
                .value("encrypted", Tagged.text(_ -> false))
                .value("owner-id", Tagged.text(Snapshot::account))
                .value("owner-alias", Tagged.text(this::ownerAlias))
                .value("storage-tier", Tagged.text(_ -> "standard"))
                .value("transfer-type", Tagged.text(_ -> null))
                .tags(Tagged::tagMap)
                .build();
    }

    software.amazon.awssdk.services.ec2.model.Snapshot show(Snapshot snapshot, List<Tag> tags) {
        var view =
                software.amazon.awssdk.services.ec2.model.Snapshot.builder()
                        .snapshotId(snapshot.id().value())
                        .volumeId(snapshot.volumeId().value())
                        .volumeSize(snapshot.sizeGib())
                        .state(snapshot.state().awsName())
                        .progress(progress(snapshot))
                        .startTime(snapshot.started())
                        .ownerId(snapshot.account().value())
                        .ownerAlias(ownerAlias(snapshot))
                        .description(snapshot.description())
                        .encrypted(false)
                        .storageTier(StorageTier.STANDARD)
                        .tags(Tagged.show(tags));
        snapshot.completed()
                .ifPresent(at ->
                        view.completionTime(at).fullSnapshotSizeInBytes(snapshot.fullBytes()));
        if (snapshot.state() == SnapshotState.ERROR) {
            view.stateMessage("No storage node could keep it.");
        }
        return view.build();
    }

    /** What CreateSnapshot answers: nothing of it is kept yet. */
    static CreateSnapshotResponse created(Snapshot snapshot, List<Tag> tags) {
        var info = info(snapshot, tags);
        return CreateSnapshotResponse.builder()
                .snapshotId(info.snapshotId())
                .volumeId(info.volumeId())
                .volumeSize(info.volumeSize())
                .state(info.stateAsString())
                .progress(info.progress())
                .startTime(info.startTime())
                .ownerId(info.ownerId())
                .description(info.description())
                .encrypted(info.encrypted())
                .tags(info.tags())
                .build();
    }

    static SnapshotInfo info(Snapshot snapshot, List<Tag> tags) {
        return SnapshotInfo.builder()
                .snapshotId(snapshot.id().value())
                .volumeId(snapshot.volumeId().value())
                .volumeSize(snapshot.sizeGib())
                .state(snapshot.state().awsName())
                .progress("")
                .startTime(snapshot.started())
                .ownerId(snapshot.account().value())
                .description(snapshot.description())
                .encrypted(false)
                .tags(Tagged.show(tags))
                .build();
    }
}
