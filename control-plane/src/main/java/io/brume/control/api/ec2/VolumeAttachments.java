package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.control.api.CallContext;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceState;
import io.brume.control.domain.volume.AttachmentState;
import io.brume.control.domain.volume.Devices;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeAttachment;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.state.Volumes;
import io.brume.control.store.codec.InstanceTables;
import io.brume.store.ReadTransaction;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ec2.model.AttachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.AttachVolumeResponse;
import software.amazon.awssdk.services.ec2.model.DetachVolumeRequest;
import software.amazon.awssdk.services.ec2.model.DetachVolumeResponse;

/** AttachVolume and DetachVolume: commit what is wanted; the instance's host makes it so. */
final class VolumeAttachments {
    /** AWS's for instances on Nitro: disks of every kind. */
    private static final int MOST_DISKS = 28;

    private static final Pattern DEVICE =
            Pattern.compile("/dev/(xvd[a-z]{1,2}|sd[a-z]([1-9]|1[0-5])?)|xvd[a-z]{1,2}");

    private final Calls calls;

    VolumeAttachments(Calls calls) {
        this.calls = requireNonNull(calls);
    }

    AttachVolumeResponse attach(AttachVolumeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        var instanceId = InstanceId.parse(request.instanceId());
        var device = request.device();
        if (!DEVICE.matcher(device).matches()) {
            throw Faults.invalidValue(
                    "Value (%s) for parameter device is invalid. %s is not a valid EBS device name."
                            .formatted(device, device));
        }
        var call = CallContext.current();
        var volume =
                calls.change((tx, account) -> {
                    var before = Volumes.require(tx, account, id);
                    demandAvailable(before);
                    var instance = InstancePower.require(tx, call, instanceId);
                    demandPlace(tx, instance, before, device);
                    var after =
                            before.attached(
                                    VolumeAttachment.asked(
                                            instanceId, device, false, tx.revision(), Calls.now()));
                    Volumes.put(tx, after);
                    return after;
                });
        var shown = VolumeView.attachment(id, volume.attachment().orElseThrow());
        return AttachVolumeResponse.builder()
                .volumeId(shown.volumeId())
                .instanceId(shown.instanceId())
                .device(shown.device())
                .state(shown.state())
                .attachTime(shown.attachTime())
                .deleteOnTermination(shown.deleteOnTermination())
                .build();
    }

    private static void demandAvailable(Volume volume) {
        if (volume.state() == VolumeState.IN_USE) {
            throw Fault.conflict(
                    "VolumeInUse", "%s is already attached to an instance".formatted(volume.id()));
        }
        if (volume.shownState() != VolumeState.AVAILABLE) {
            throw Fault.conflict(
                    "IncorrectState", "Volume '%s' is not 'available'.".formatted(volume.id()));
        }
    }

    private static void demandPlace(
            ReadTransaction tx, Instance instance, Volume volume, String device) {
        if (instance.state() != InstanceState.RUNNING
                && instance.state() != InstanceState.STOPPED) {
            throw Fault.conflict(
                    "IncorrectState", "Instance '%s' is not 'running'.".formatted(instance.id()));
        }
        if (!instance.launch().zone().equals(volume.zone())) {
            throw Fault.conflict(
                    "InvalidVolume.ZoneMismatch",
                    "The volume '%s' is not in the same availability zone as instance '%s'"
                            .formatted(volume.id(), instance.id()));
        }
        var devices =
                Volumes.of(tx, instance.key()).stream()
                        .map(one -> Devices.bare(one.attachment().orElseThrow().device()))
                        .toList();
        if (devices.contains(Devices.bare(device))) {
            throw Faults.invalidValue(
                    "Invalid value '%s' for unixDevice. Attachment point %s is already in use"
                            .formatted(device, device));
        }
        if (devices.size() >= MOST_DISKS) {
            throw Fault.quota(
                    "AttachmentLimitExceeded",
                    "The instance '%s' has as many volumes as it may have: %d."
                            .formatted(instance.id(), MOST_DISKS));
        }
    }

    DetachVolumeResponse detach(DetachVolumeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        boolean force = Boolean.TRUE.equals(request.force());
        var volume =
                calls.change((tx, account) -> {
                    var before = demandAttached(tx, account, id, request);
                    var attachment =
                            before.attachment()
                                    .orElseThrow()
                                    .after(
                                            AttachmentState.Event.DETACH_REQUESTED,
                                            tx.revision(),
                                            Calls.now());
                    if (force && !attachment.force()) {
                        attachment = attachment.withForce(tx.revision());
                    }
                    var after = before.with(attachment);
                    Volumes.put(tx, after);
                    return after;
                });
        var shown = VolumeView.attachment(id, volume.attachment().orElseThrow());
        return DetachVolumeResponse.builder()
                .volumeId(shown.volumeId())
                .instanceId(shown.instanceId())
                .device(shown.device())
                .state(shown.state())
                .attachTime(shown.attachTime())
                .deleteOnTermination(shown.deleteOnTermination())
                .build();
    }

    private static Volume demandAttached(
            ReadTransaction tx, AccountId account, VolumeId id, DetachVolumeRequest request) {
        var volume = Volumes.require(tx, account, id);
        var attachment = volume.attachment().orElse(null);
        if (attachment == null) {
            throw Fault.conflict(
                    "IncorrectState",
                    "Volume '%s' is in the '%s' state.".formatted(id, volume.state().awsName()));
        }
        if (request.instanceId() != null
                && !InstanceId.parse(request.instanceId()).equals(attachment.instance())) {
            throw Fault.absent(
                    "InvalidAttachment.NotFound",
                    "The volume '%s' is not attached to instance '%s'."
                            .formatted(id, request.instanceId()));
        }
        if (request.device() != null && !Devices.same(request.device(), attachment.device())) {
            throw Fault.absent(
                    "InvalidAttachment.NotFound",
                    "The volume '%s' is not attached to instance '%s' as device '%s'."
                            .formatted(id, attachment.instance(), request.device()));
        }
        refuseRunningRoot(tx, volume, attachment);
        return volume;
    }

    /** A system cannot go on without its disk. */
    private static void refuseRunningRoot(
            ReadTransaction tx, Volume volume, VolumeAttachment attachment) {
        var instance =
                tx.get(
                        InstanceTables.INSTANCES,
                        new Owned<>(volume.account(), attachment.instance()));
        if (instance != null
                && instance.state() != InstanceState.STOPPED
                && volume.isRootOf(instance)) {
            throw Fault.conflict(
                    "OperationNotPermitted",
                    "Unable to detach root volume '%s' from instance '%s'"
                            .formatted(volume.id(), instance.id()));
        }
    }
}
