package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Volumes;
import io.brume.store.ReadTransaction;
import io.brume.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeAttachment;

/** DescribeVolumes. */
final class VolumeListing {
    /** The AWS CLI asks for 1,000; AWS answers with 500 then. */
    private static final PageLimits LIMITS = PageLimits.ec2(5, 500).cappedAtMost();

    private static final Filters<Volume> FILTERS =
            Filters.<Volume>table()
                    .value("volume-id", Volume::volumeId)
                    .value("availability-zone", Volume::availabilityZone)
                    .value("create-time", volume -> String.valueOf(volume.createTime()))
                    .value("encrypted", volume -> String.valueOf(volume.encrypted()))
                    .value("multi-attach-enabled", _ -> "false")
                    .value("fast-restored", _ -> null)
                    .value("size", volume -> String.valueOf(volume.size()))
                    .value("snapshot-id", Volume::snapshotId)
                    .value("status", Volume::stateAsString)
                    .value("volume-type", Volume::volumeTypeAsString)
                    .values(
                            "attachment.instance-id",
                            volume ->
                                    volume.attachments().stream()
                                            .map(VolumeAttachment::instanceId)
                                            .toList())
                    .values(
                            "attachment.device",
                            volume ->
                                    volume.attachments().stream()
                                            .map(VolumeAttachment::device)
                                            .toList())
                    .values(
                            "attachment.status",
                            volume ->
                                    volume.attachments().stream()
                                            .map(VolumeAttachment::stateAsString)
                                            .toList())
                    .values(
                            "attachment.attach-time",
                            volume ->
                                    volume.attachments().stream()
                                            .map(one -> String.valueOf(one.attachTime()))
                                            .toList())
                    .values(
                            "attachment.delete-on-termination",
                            volume ->
                                    volume.attachments().stream()
                                            .map(one -> String.valueOf(one.deleteOnTermination()))
                                            .toList())
                    .tags(volume -> InstanceFilters.tags(volume.tags()))
                    .build();

    private final Store store;
    private final Pager pager;

    VolumeListing(Store store, Pager pager) {
        this.store = requireNonNull(store);
        this.pager = requireNonNull(pager);
    }

    DescribeVolumesResponse describe(DescribeVolumesRequest request) {
        var call = CallContext.current();
        var matcher = FILTERS.matcher(request.filters());
        var page = pager.open(call.account().value(), request, LIMITS);
        var wanted = request.volumeIds().stream().map(VolumeId::parse).toList();
        call.stopHereIfDryRun();
        var found =
                store.view(tx -> {
                    var all = all(tx, call);
                    wanted.stream()
                            .filter(id -> !all.containsKey(id.value()))
                            .findFirst()
                            .ifPresent(id -> {
                                throw id.notFound();
                            });
                    return page.of(
                            all.values().stream()
                                    .filter(volume ->
                                            wanted.isEmpty()
                                                    || wanted.contains(
                                                            new VolumeId(volume.volumeId())))
                                    .filter(matcher)
                                    .toList(),
                            Volume::volumeId);
                });
        return DescribeVolumesResponse.builder()
                .volumes(found.items())
                .nextToken(found.nextToken())
                .build();
    }

    private static Map<String, Volume> all(ReadTransaction tx, CallContext call) {
        var volumes = new LinkedHashMap<String, Volume>();
        for (var volume : Volumes.all(tx, call.account())) {
            volumes.put(volume.id().value(), VolumeView.of(tx, volume));
        }
        return volumes;
    }
}
