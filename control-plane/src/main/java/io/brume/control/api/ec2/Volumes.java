package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.PageLimits;
import io.brume.common.aws.shared.Pager;
import io.brume.control.api.CallContext;
import io.brume.control.domain.instance.Disk;
import io.brume.control.domain.instance.Instance;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.state.Tags;
import io.brume.control.store.ReadTransaction;
import io.brume.control.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeAttachment;

/** DescribeVolumes: the disks of instances, which live on their hosts. */
final class Volumes {
    private static final int IOPS = 3000;
    private static final int THROUGHPUT = 125;

    private static final Filters<Volume> FILTERS =
            Filters.<Volume>table()
                    .value("volume-id", Volume::volumeId)
                    .value("availability-zone", Volume::availabilityZone)
                    .value("create-time", volume -> String.valueOf(volume.createTime()))
                    .value("encrypted", volume -> String.valueOf(volume.encrypted()))
                    .value("multi-attach-enabled", _ -> "false")
                    .value("fast-restored", _ -> null)
                    .value("size", volume -> String.valueOf(volume.size()))
                    .value("snapshot-id", _ -> null)
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

    Volumes(Store store, Pager pager) {
        this.store = requireNonNull(store);
        this.pager = requireNonNull(pager);
    }

    DescribeVolumesResponse describe(DescribeVolumesRequest request) {
        var call = CallContext.current();
        var matcher = FILTERS.matcher(request.filters());
        var page =
                pager.open(call.account().value(), request, PageLimits.ec2(5, 500).usually(1000));
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
        for (var instance : Instances.read(tx, call, List.of())) {
            instance.disks()
                    .forEach(disk -> volumes.put(disk.volume().value(), of(tx, instance, disk)));
        }
        return volumes;
    }

    private static Volume of(ReadTransaction tx, Instance instance, Disk disk) {
        var volume =
                Volume.builder()
                        .volumeId(disk.volume().value())
                        .size((int) disk.sizeGib())
                        .snapshotId("")
                        .availabilityZone(instance.launch().zone())
                        .state("in-use")
                        .createTime(disk.attachedAt())
                        .volumeType(disk.type())
                        .iops(IOPS)
                        .encrypted(false)
                        .multiAttachEnabled(false)
                        .tags(
                                Tags.of(tx, instance.account(), disk.volume()).stream()
                                        .map(tag ->
                                                Tag.builder()
                                                        .key(tag.key())
                                                        .value(tag.value())
                                                        .build())
                                        .toList())
                        .attachments(
                                VolumeAttachment.builder()
                                        .volumeId(disk.volume().value())
                                        .instanceId(instance.id().value())
                                        .device(disk.deviceName())
                                        .state("attached")
                                        .attachTime(disk.attachedAt())
                                        .deleteOnTermination(disk.deleteOnTermination())
                                        .build());
        if (disk.type().equals("gp3")) {
            volume.throughput(THROUGHPUT);
        }
        return volume.build();
    }
}
