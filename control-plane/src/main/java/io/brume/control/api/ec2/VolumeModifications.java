package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.Fault;
import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.volume.Modification;
import io.brume.control.domain.volume.Volume;
import io.brume.control.domain.volume.VolumeConfiguration;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.domain.volume.VolumeState;
import io.brume.control.domain.volume.VolumeType;
import io.brume.control.state.Volumes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesModificationsResponse;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeRequest;
import software.amazon.awssdk.services.ec2.model.ModifyVolumeResponse;
import software.amazon.awssdk.services.ec2.model.VolumeModification;

/**
 * ModifyVolume and what came of it. A volume is never "optimizing": a new size or limit is in full
 * effect once its guest sees it.
 */
final class VolumeModifications {
    private static final Filters<VolumeModification> FILTERS =
            Filters.<VolumeModification>table()
                    .value("volume-id", VolumeModification::volumeId)
                    .value("modification-state", VolumeModification::modificationStateAsString)
                    .value("original-size", one -> String.valueOf(one.originalSize()))
                    .value("original-iops", one -> text(one.originalIops()))
                    .value("original-volume-type", VolumeModification::originalVolumeTypeAsString)
                    .value("originalMultiAttachEnabled", _ -> "false")
                    .value("target-size", one -> String.valueOf(one.targetSize()))
                    .value("target-iops", one -> text(one.targetIops()))
                    .value("target-volume-type", VolumeModification::targetVolumeTypeAsString)
                    .value("targetMultiAttachEnabled", _ -> "false")
                    .value("start-time", one -> String.valueOf(one.startTime()))
                    .build();

    private final Calls calls;
    private final Pager pager;
    private final Duration pause;

    /**
     * @param pause how long after a modification a volume cannot be modified again; 0 = not at all
     */
    VolumeModifications(Calls calls, Pager pager, Duration pause) {
        this.calls = requireNonNull(calls);
        this.pager = requireNonNull(pager);
        this.pause = requireNonNull(pause);
    }

    private static @Nullable String text(@Nullable Integer number) {
        return number == null ? null : number.toString();
    }

    ModifyVolumeResponse modify(ModifyVolumeRequest request) {
        var id = VolumeId.parse(request.volumeId());
        if (Boolean.TRUE.equals(request.multiAttachEnabled())) {
            throw Faults.unsupported("Multi-Attach");
        }
        if (request.size() == null
                && request.volumeTypeAsString() == null
                && request.iops() == null
                && request.throughput() == null) {
            throw Fault.invalid(
                    "MissingParameter",
                    "The request must contain a size, volume type, IOPS or throughput to modify");
        }
        var now = Calls.now();
        var change =
                calls.change((tx, account) -> {
                    var volume = Volumes.require(tx, account, id);
                    demandModifiable(volume, now);
                    var to = target(volume.configuration(), request);
                    var made =
                            new Modification(
                                    volume.configuration(),
                                    to,
                                    now,
                                    tx.revision(),
                                    Optional.empty());
                    Volumes.put(tx, volume.with(made));
                    return made;
                });
        return ModifyVolumeResponse.builder()
                .volumeModification(VolumeView.modification(id, change))
                .build();
    }

    private void demandModifiable(Volume volume, Instant now) {
        var state = volume.shownState();
        if (state != VolumeState.AVAILABLE && state != VolumeState.IN_USE) {
            throw Fault.conflict(
                    "IncorrectState",
                    "The volume '%s' is in the '%s' state."
                            .formatted(volume.id(), state.awsName()));
        }
        var last = volume.modification().orElse(null);
        if (last == null) {
            return;
        }
        if (last.completed().isEmpty()) {
            throw Fault.conflict(
                    "IncorrectModificationState",
                    "The volume '%s' is still being modified.".formatted(volume.id()));
        }
        if (last.started().plus(pause).isAfter(now)) {
            throw Fault.quota(
                    "VolumeModificationRateExceeded",
                    "You've reached the maximum modification rate per volume limit. Wait at least %d minutes between modifications of a volume."
                            .formatted(pause.toMinutes()));
        }
    }

    private static VolumeConfiguration target(
            VolumeConfiguration from, ModifyVolumeRequest request) {
        var type =
                request.volumeTypeAsString() == null
                        ? from.type()
                        : VolumeType.parse(request.volumeTypeAsString());
        if (from.type() == VolumeType.STANDARD || type == VolumeType.STANDARD) {
            throw Faults.unsupported("A modification of or to a magnetic volume");
        }
        int size = request.size() == null ? from.sizeGib() : request.size();
        if (size < from.sizeGib()) {
            throw Faults.invalidValue("New size cannot be smaller than existing size");
        }
        boolean same = type == from.type();
        var iops = request.iops();
        if (iops == null && same && type.choosesIops()) {
            iops = from.iops();
        }
        var throughput = request.throughput();
        if (throughput == null && same && type.hasThroughput()) {
            throughput = from.throughput();
        }
        return type.configure(size, iops, throughput);
    }

    DescribeVolumesModificationsResponse describe(DescribeVolumesModificationsRequest request) {
        var call = CallContext.current();
        var matcher = FILTERS.matcher(request.filters());
        var page = pager.open(call.account().value(), request, PageLimits.ec2(1, 500));
        var named = request.volumeIds().stream().map(VolumeId::parse).toList();
        List<VolumeModification> found =
                calls.view((tx, account) ->
                        Volumes.all(tx, account).stream()
                                .filter(volume -> volume.modification().isPresent())
                                .map(volume ->
                                        VolumeView.modification(
                                                volume.id(), volume.modification().orElseThrow()))
                                .toList());
        for (var id : named) {
            if (found.stream().noneMatch(one -> one.volumeId().equals(id.value()))) {
                throw Fault.absent(
                        "InvalidVolumeModification.NotFound",
                        "Modification for volume '%s' does not exist.".formatted(id));
            }
        }
        var rows =
                page.of(
                        found.stream()
                                .filter(one ->
                                        named.isEmpty()
                                                || named.contains(new VolumeId(one.volumeId())))
                                .filter(matcher)
                                .toList(),
                        VolumeModification::volumeId);
        return DescribeVolumesModificationsResponse.builder()
                .volumesModifications(rows.items())
                .nextToken(rows.nextToken())
                .build();
    }
}
