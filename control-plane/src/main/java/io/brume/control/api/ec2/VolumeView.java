package io.brume.control.api.ec2;

import io.brume.control.domain.tag.Tag;
import io.brume.control.domain.volume.Encryption;
import io.brume.control.domain.volume.Modification;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Tags;
import io.brume.store.ReadTransaction;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.CreateVolumeResponse;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeModification;
import software.amazon.awssdk.services.ec2.model.VolumeModificationState;

/** A volume as AWS shows it, wherever its bytes lie. */
final class VolumeView {
    private static final long ALL = 100;

    private VolumeView() {}

    /** A volume on storage nodes. */
    static Volume of(ReadTransaction tx, io.brume.control.domain.volume.Volume volume) {
        return of(volume, Tags.of(tx, volume.account(), volume.id()));
    }

    static Volume of(io.brume.control.domain.volume.Volume volume, List<Tag> tags) {
        var configuration = volume.configuration();
        var view =
                Volume.builder()
                        .volumeId(volume.id().value())
                        .size(shownSize(volume))
                        .snapshotId(volume.snapshot().map(id -> id.value()).orElse(""))
                        .availabilityZone(volume.zone())
                        .state(volume.shownState().awsName())
                        .createTime(volume.created())
                        .volumeType(configuration.type().awsName())
                        .encrypted(volume.encryption().isPresent())
                        .kmsKeyId(volume.encryption().map(Encryption::kmsKeyId).orElse(null))
                        .multiAttachEnabled(false)
                        .tags(Tagged.show(tags))
                        .attachments(
                                volume.attachment().stream()
                                        .map(one -> attachment(volume.id(), one))
                                        .toList());
        if (configuration.type().showsIops()) {
            view.iops(configuration.iops());
        }
        if (configuration.type().hasThroughput()) {
            view.throughput(configuration.throughput());
        }
        return view.build();
    }

    /** The size that a guest sees, which is not the one asked for while that is being made. */
    private static int shownSize(io.brume.control.domain.volume.Volume volume) {
        return volume.modification()
                .filter(change -> change.completed().isEmpty())
                .map(change -> change.from().sizeGib())
                .orElse(volume.configuration().sizeGib());
    }

    static software.amazon.awssdk.services.ec2.model.VolumeAttachment attachment(
            VolumeId id, VolumeAttachment attachment) {
        return software.amazon.awssdk.services.ec2.model.VolumeAttachment.builder()
                .volumeId(id.value())
                .instanceId(attachment.instance().value())
                .device(attachment.device())
                .state(attachment.state().awsName())
                .attachTime(attachment.at())
                .deleteOnTermination(attachment.deleteOnTermination())
                .build();
    }

    static CreateVolumeResponse created(Volume volume) {
        return CreateVolumeResponse.builder()
                .volumeId(volume.volumeId())
                .size(volume.size())
                .snapshotId(volume.snapshotId())
                .availabilityZone(volume.availabilityZone())
                .state(volume.state())
                .createTime(volume.createTime())
                .volumeType(volume.volumeTypeAsString())
                .iops(volume.iops())
                .throughput(volume.throughput())
                .encrypted(volume.encrypted())
                .kmsKeyId(volume.kmsKeyId())
                .multiAttachEnabled(volume.multiAttachEnabled())
                .tags(volume.tags())
                .build();
    }

    static VolumeModification modification(VolumeId id, Modification change) {
        boolean done = change.completed().isPresent();
        var view =
                VolumeModification.builder()
                        .volumeId(id.value())
                        .modificationState(
                                done
                                        ? VolumeModificationState.COMPLETED
                                        : VolumeModificationState.MODIFYING)
                        .progress(done ? ALL : 0L)
                        .startTime(change.started())
                        .originalSize(change.from().sizeGib())
                        .originalVolumeType(change.from().type().awsName())
                        .originalMultiAttachEnabled(false)
                        .targetSize(change.to().sizeGib())
                        .targetVolumeType(change.to().type().awsName())
                        .targetMultiAttachEnabled(false);
        if (change.from().type().showsIops()) {
            view.originalIops(change.from().iops());
        }
        if (change.from().type().hasThroughput()) {
            view.originalThroughput(change.from().throughput());
        }
        if (change.to().type().showsIops()) {
            view.targetIops(change.to().iops());
        }
        if (change.to().type().hasThroughput()) {
            view.targetThroughput(change.to().throughput());
        }
        change.completed().ifPresent(view::endTime);
        return view.build();
    }
}
