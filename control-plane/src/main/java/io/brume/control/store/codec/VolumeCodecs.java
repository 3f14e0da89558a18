package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Filling;
import io.brume.control.domain.volume.Modification;
import io.brume.control.domain.volume.Placement;
import io.brume.control.domain.volume.Replica;
import io.brume.control.domain.volume.ReplicaRole;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.domain.volume.StorageNode.ObjectAddresses;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.proto.state.v1.FillingRecord;
import io.brume.proto.state.v1.ModificationRecord;
import io.brume.proto.state.v1.ObjectAddressesRecord;
import io.brume.proto.state.v1.PlacementRecord;
import io.brume.proto.state.v1.ReplicaRecord;
import io.brume.proto.state.v1.StorageNodeRecord;
import io.brume.proto.state.v1.VolumeAttachmentRecord;
import io.brume.proto.state.v1.VolumeConfigurationRecord;
import io.brume.proto.state.v1.VolumeRecord;
import io.brume.store.Codec;
import java.util.Optional;

/** Volumes and storage nodes as they are stored. */
final class VolumeCodecs {
    static final Codec<Volume> VOLUME =
            Messages.codec(VolumeRecord.parser(), VolumeCodecs::record, VolumeCodecs::volume);
    static final Codec<StorageNode> STORAGE_NODE =
            Messages.codec(
                    StorageNodeRecord.parser(), VolumeCodecs::record, VolumeCodecs::storageNode);

    private VolumeCodecs() {}

    private static VolumeRecord record(Volume volume) {
        var record =
                VolumeRecord.newBuilder()
                        .setVolumeId(volume.id().value())
                        .setAccountId(volume.account().value())
                        .setCreatedMillis(volume.created().toEpochMilli())
                        .setZone(volume.zone())
                        .setConfiguration(record(volume.configuration()))
                        .setAutoEnableIo(volume.autoEnableIo())
                        .setState(record(volume.state()))
                        .setPlacement(record(volume.placement()))
                        .setProblem(volume.problem())
                        .setHidden(volume.hidden());
        volume.snapshot().ifPresent(snapshot -> record.setSnapshotId(snapshot.value()));
        volume.attachment().ifPresent(attachment -> record.setAttachment(record(attachment)));
        volume.modification().ifPresent(change -> record.setModification(record(change)));
        volume.encryption().ifPresent(one -> record.setEncryption(Encryptions.record(one)));
        volume.filling().ifPresent(filling -> record.setFilling(record(filling)));
        volume.serving().ifPresent(serving -> record.setServing(Servings.record(serving)));
        return record.build();
    }

    private static Volume volume(VolumeRecord record) {
        return new Volume(
                new VolumeId(record.getVolumeId()),
                new AccountId(record.getAccountId()),
                Messages.instant(record.getCreatedMillis()),
                record.getZone(),
                record.getSnapshotId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SnapshotId(record.getSnapshotId())),
                configuration(record.getConfiguration()),
                record.getAutoEnableIo(),
                state(record.getState()),
                record.hasAttachment()
                        ? Optional.of(attachment(record.getAttachment()))
                        : Optional.empty(),
                placement(record.getPlacement()),
                record.hasModification()
                        ? Optional.of(modification(record.getModification()))
                        : Optional.empty(),
                record.getProblem(),
                record.hasEncryption()
                        ? Optional.of(Encryptions.encryption(record.getEncryption()))
                        : Optional.empty(),
                record.hasFilling() ? Optional.of(filling(record.getFilling())) : Optional.empty(),
                record.getHidden(),
                record.hasServing()
                        ? Optional.of(Servings.serving(record.getServing()))
                        : Optional.empty());
    }

    private static FillingRecord record(Filling filling) {
        var record = FillingRecord.newBuilder().setDone(filling.done());
        switch (filling.source()) {
            case Filling.OfImage(var image) -> record.setImageId(image.value());
            case Filling.OfVolume(var volume) -> record.setVolumeId(volume.value());
        }
        return record.build();
    }

    private static Filling filling(FillingRecord record) {
        return switch (record.getSourceCase()) {
            case IMAGE_ID ->
                    new Filling(
                            new Filling.OfImage(new ImageId(record.getImageId())),
                            record.getDone());
            case VOLUME_ID ->
                    new Filling(
                            new Filling.OfVolume(new VolumeId(record.getVolumeId())),
                            record.getDone());
            case SOURCE_NOT_SET -> throw new IllegalArgumentException("filled with nothing");
        };
    }

    private static VolumeConfigurationRecord record(VolumeConfiguration configuration) {
        return VolumeConfigurationRecord.newBuilder()
                .setType(configuration.type().awsName())
                .setSizeGib(configuration.sizeGib())
                .setIops(configuration.iops())
                .setThroughput(configuration.throughput())
                .build();
    }

    private static VolumeConfiguration configuration(VolumeConfigurationRecord record) {
        return new VolumeConfiguration(
                VolumeType.of(record.getType())
                        .orElseThrow(
                                () -> new IllegalArgumentException("no type " + record.getType())),
                record.getSizeGib(),
                record.getIops(),
                record.getThroughput());
    }

    private static VolumeAttachmentRecord record(VolumeAttachment attachment) {
        return VolumeAttachmentRecord.newBuilder()
                .setInstanceId(attachment.instance().value())
                .setDevice(attachment.device())
                .setState(record(attachment.state()))
                .setAtMillis(attachment.at().toEpochMilli())
                .setDeleteOnTermination(attachment.deleteOnTermination())
                .setForce(attachment.force())
                .setSinceRevision(attachment.since())
                .setChangedMillis(attachment.changed().toEpochMilli())
                .build();
    }

    private static VolumeAttachment attachment(VolumeAttachmentRecord record) {
        return new VolumeAttachment(
                new InstanceId(record.getInstanceId()),
                record.getDevice(),
                state(record.getState()),
                Messages.instant(record.getAtMillis()),
                record.getDeleteOnTermination(),
                record.getForce(),
                record.getSinceRevision(),
                Messages.instant(record.getChangedMillis()));
    }

    private static PlacementRecord record(Placement placement) {
        var record =
                PlacementRecord.newBuilder()
                        .setEpoch(placement.epoch())
                        .setFenced(placement.fenced())
                        .setCopies(placement.copies());
        placement.writer().ifPresent(writer -> record.setWriterNodeId(writer.value()));
        placement.replicas().forEach(replica -> record.addReplicas(record(replica)));
        return record.build();
    }

    private static Placement placement(PlacementRecord record) {
        return new Placement(
                record.getEpoch(),
                record.getWriterNodeId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new NodeId(record.getWriterNodeId())),
                record.getFenced(),
                record.getCopies(),
                record.getReplicasList().stream().map(VolumeCodecs::replica).toList());
    }

    private static ReplicaRecord record(Replica replica) {
        return ReplicaRecord.newBuilder()
                .setNodeId(replica.node().value())
                .setRole(record(replica.role()))
                .setSinceRevision(replica.since())
                .setChangedMillis(replica.changed().toEpochMilli())
                .build();
    }

    private static Replica replica(ReplicaRecord record) {
        return new Replica(
                new NodeId(record.getNodeId()),
                role(record.getRole()),
                record.getSinceRevision(),
                Messages.instant(record.getChangedMillis()));
    }

    private static ModificationRecord record(Modification change) {
        var record =
                ModificationRecord.newBuilder()
                        .setFrom(record(change.from()))
                        .setTo(record(change.to()))
                        .setStartedMillis(change.started().toEpochMilli())
                        .setSinceRevision(change.since());
        change.completed().ifPresent(at -> record.setCompletedMillis(at.toEpochMilli()));
        return record.build();
    }

    private static Modification modification(ModificationRecord record) {
        return new Modification(
                configuration(record.getFrom()),
                configuration(record.getTo()),
                Messages.instant(record.getStartedMillis()),
                record.getSinceRevision(),
                record.getCompletedMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Messages.instant(record.getCompletedMillis())));
    }

    private static StorageNodeRecord record(StorageNode node) {
        var record =
                StorageNodeRecord.newBuilder()
                        .setNodeId(node.id().value())
                        .setZone(node.zone())
                        .setHostName(node.hostName())
                        .setAddress(node.address())
                        .setSocket(node.socket())
                        .setChunkAddress(node.chunkAddress());
        node.objects()
                .ifPresent(objects ->
                        record.setObjects(
                                ObjectAddressesRecord.newBuilder()
                                        .setPeer(objects.peer())
                                        .setIndex(objects.index())
                                        .setS3(objects.s3())
                                        .setForward(objects.forward())));
        return record.build();
    }

    private static StorageNode storageNode(StorageNodeRecord record) {
        return new StorageNode(
                new NodeId(record.getNodeId()),
                record.getZone(),
                record.getHostName(),
                record.getAddress(),
                record.getSocket(),
                record.getChunkAddress(),
                record.hasObjects() ? Optional.of(objects(record.getObjects())) : Optional.empty());
    }

    private static ObjectAddresses objects(ObjectAddressesRecord record) {
        return new ObjectAddresses(
                record.getPeer(), record.getIndex(), record.getS3(), record.getForward());
    }

    private static VolumeRecord.State record(VolumeState state) {
        return switch (state) {
            case CREATING -> VolumeRecord.State.STATE_CREATING;
            case AVAILABLE -> VolumeRecord.State.STATE_AVAILABLE;
            case IN_USE -> VolumeRecord.State.STATE_IN_USE;
            case DELETING -> VolumeRecord.State.STATE_DELETING;
            case DELETED -> VolumeRecord.State.STATE_DELETED;
            case ERROR -> VolumeRecord.State.STATE_ERROR;
        };
    }

    private static VolumeState state(VolumeRecord.State state) {
        return switch (state) {
            case STATE_CREATING -> VolumeState.CREATING;
            case STATE_AVAILABLE -> VolumeState.AVAILABLE;
            case STATE_IN_USE -> VolumeState.IN_USE;
            case STATE_DELETING -> VolumeState.DELETING;
            case STATE_DELETED -> VolumeState.DELETED;
            case STATE_ERROR -> VolumeState.ERROR;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("a volume record without a state");
        };
    }

    static VolumeAttachmentRecord.State record(AttachmentState state) {
        return switch (state) {
            case ATTACHING -> VolumeAttachmentRecord.State.STATE_ATTACHING;
            case ATTACHED -> VolumeAttachmentRecord.State.STATE_ATTACHED;
            case DETACHING -> VolumeAttachmentRecord.State.STATE_DETACHING;
            case BUSY -> VolumeAttachmentRecord.State.STATE_BUSY;
            case DETACHED -> VolumeAttachmentRecord.State.STATE_DETACHED;
        };
    }

    static AttachmentState state(VolumeAttachmentRecord.State state) {
        return switch (state) {
            case STATE_ATTACHING -> AttachmentState.ATTACHING;
            case STATE_ATTACHED -> AttachmentState.ATTACHED;
            case STATE_DETACHING -> AttachmentState.DETACHING;
            case STATE_BUSY -> AttachmentState.BUSY;
            case STATE_DETACHED -> AttachmentState.DETACHED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("an attachment record without a state");
        };
    }

    private static ReplicaRecord.Role record(ReplicaRole role) {
        return switch (role) {
            case IN_SYNC -> ReplicaRecord.Role.ROLE_IN_SYNC;
            case JOINING -> ReplicaRecord.Role.ROLE_JOINING;
            case REBUILDING -> ReplicaRecord.Role.ROLE_REBUILDING;
            case LOST -> ReplicaRecord.Role.ROLE_LOST;
        };
    }

    private static ReplicaRole role(ReplicaRecord.Role role) {
        return switch (role) {
            case ROLE_IN_SYNC -> ReplicaRole.IN_SYNC;
            case ROLE_JOINING -> ReplicaRole.JOINING;
            case ROLE_REBUILDING -> ReplicaRole.REBUILDING;
            case ROLE_LOST -> ReplicaRole.LOST;
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("a replica record without a role");
        };
    }
}
