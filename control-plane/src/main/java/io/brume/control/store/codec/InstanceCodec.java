package io.brume.control.store.codec;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.StateReason;
import io.brume.control.domain.image.ImageId;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.instance.ReservationId;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.VpcId;
import io.brume.proto.state.v1.InstanceRecord;
import io.brume.store.Codec;
import java.time.Instant;
import java.util.Optional;

/** An instance as {@code InstanceRecord}. */
final class InstanceCodec {
    static final Codec<Instance> INSTANCE =
            Messages.codec(InstanceRecord.parser(), InstanceCodec::record, InstanceCodec::instance);

    private InstanceCodec() {}

    private static InstanceRecord record(Instance instance) {
        var record =
                InstanceRecord.newBuilder()
                        .setInstanceId(instance.id().value())
                        .setAccountId(instance.account().value())
                        .setState(state(instance.state()))
                        .setTransitionReason(instance.transitionReason())
                        .setRunEpoch(instance.runEpoch())
                        .setRebootEpoch(instance.rebootEpoch())
                        .setForceStop(instance.forceStop())
                        .setStartedAtMillis(instance.startedAt().toEpochMilli());
        instance.stateReason()
                .ifPresent(reason ->
                        record.setStateReasonCode(reason.code())
                                .setStateReasonMessage(reason.message()));
        instance.node().ifPresent(node -> record.setNodeId(node.value()));
        instance.interfaces().forEach(id -> record.addNetworkInterfaceIds(id.value()));
        instance.stoppedAt().ifPresent(at -> record.setStoppedAtMillis(at.toEpochMilli()));
        instance.terminatedAt().ifPresent(at -> record.setTerminatedAtMillis(at.toEpochMilli()));
        instance.imaging().ifPresent(image -> record.setImagingImageId(image.value()));
        launch(instance.launch(), record);
        settings(instance.settings(), record);
        return record.build();
    }

    private static Instance instance(InstanceRecord record) {
        return new Instance(
                new InstanceId(record.getInstanceId()),
                new AccountId(record.getAccountId()),
                launch(record),
                settings(record),
                state(record.getState()),
                record.getStateReasonCode().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new StateReason(
                                        record.getStateReasonCode(),
                                        record.getStateReasonMessage())),
                record.getTransitionReason(),
                record.getNodeId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new NodeId(record.getNodeId())),
                record.getNetworkInterfaceIdsList().stream().map(NetworkInterfaceId::new).toList(),
                record.getRunEpoch(),
                record.getRebootEpoch(),
                record.getForceStop(),
                Instant.ofEpochMilli(record.getStartedAtMillis()),
                instant(record.getStoppedAtMillis()),
                instant(record.getTerminatedAtMillis()),
                record.getImagingImageId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ImageId(record.getImagingImageId())));
    }

    private static void launch(Instance.Launch launch, InstanceRecord.Builder record) {
        record.setReservationId(launch.reservation().value())
                .setLaunchIndex(launch.index())
                .setLaunchedAtMillis(launch.at().toEpochMilli())
                .setImageId(launch.image().value())
                .setArchitecture(launch.architecture())
                .setBootMode(launch.bootMode())
                .setKeyName(launch.keyName())
                .setPublicKey(launch.publicKey())
                .setRootDeviceName(launch.rootDeviceName())
                .setZone(launch.zone())
                .setVpcId(launch.vpc().value())
                .setSubnetId(launch.subnet().value())
                .setClientToken(launch.clientToken())
                .setTenancy(launch.tenancy())
                .setBootImageId(launch.bootImage().map(ImageId::value).orElse(""));
    }

    private static Instance.Launch launch(InstanceRecord record) {
        return new Instance.Launch(
                new ReservationId(record.getReservationId()),
                record.getLaunchIndex(),
                Instant.ofEpochMilli(record.getLaunchedAtMillis()),
                new ImageId(record.getImageId()),
                record.getArchitecture(),
                record.getBootMode(),
                record.getKeyName(),
                record.getPublicKey(),
                record.getRootDeviceName(),
                record.getZone(),
                new VpcId(record.getVpcId()),
                new SubnetId(record.getSubnetId()),
                record.getClientToken(),
                record.getTenancy(),
                record.getBootImageId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ImageId(record.getBootImageId())));
    }

    private static void settings(Instance.Settings settings, InstanceRecord.Builder record) {
        record.setInstanceType(settings.type())
                .setUserData(settings.userData())
                .setTerminationProtected(settings.terminationProtected())
                .setStopProtected(settings.stopProtected())
                .setShutdownTerminates(settings.shutdownTerminates())
                .setMonitoring(settings.monitoring())
                .setEbsOptimized(settings.ebsOptimized())
                .setMetadataEndpointDisabled(!settings.metadata().endpointEnabled())
                .setMetadataTokensRequired(settings.metadata().tokensRequired())
                .setMetadataHopLimit(settings.metadata().hopLimit())
                .setMetadataTagsEnabled(settings.metadata().tagsEnabled());
    }

    private static Instance.Settings settings(InstanceRecord record) {
        return new Instance.Settings(
                record.getInstanceType(),
                record.getUserData(),
                record.getTerminationProtected(),
                record.getStopProtected(),
                record.getShutdownTerminates(),
                record.getMonitoring(),
                record.getEbsOptimized(),
                new Instance.MetadataOptions(
                        !record.getMetadataEndpointDisabled(),
                        record.getMetadataTokensRequired(),
                        record.getMetadataHopLimit(),
                        record.getMetadataTagsEnabled()));
    }

    private static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static InstanceRecord.State state(InstanceState state) {
        return switch (state) {
            case PENDING -> InstanceRecord.State.STATE_PENDING;
            case RUNNING -> InstanceRecord.State.STATE_RUNNING;
            case SHUTTING_DOWN -> InstanceRecord.State.STATE_SHUTTING_DOWN;
            case TERMINATED -> InstanceRecord.State.STATE_TERMINATED;
            case STOPPING -> InstanceRecord.State.STATE_STOPPING;
            case STOPPED -> InstanceRecord.State.STATE_STOPPED;
        };
    }

    private static InstanceState state(InstanceRecord.State state) {
        return switch (state) {
            case STATE_PENDING -> InstanceState.PENDING;
            case STATE_RUNNING -> InstanceState.RUNNING;
            case STATE_SHUTTING_DOWN -> InstanceState.SHUTTING_DOWN;
            case STATE_TERMINATED -> InstanceState.TERMINATED;
            case STATE_STOPPING -> InstanceState.STOPPING;
            case STATE_STOPPED -> InstanceState.STOPPED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("an instance record without a state");
        };
    }
}
