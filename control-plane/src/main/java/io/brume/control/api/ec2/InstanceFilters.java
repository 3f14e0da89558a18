package io.brume.control.api.ec2;

import io.brume.common.aws.shared.Filters;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.EbsInstanceBlockDevice;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * The filters of DescribeInstances, over instances as AWS shows them.
 *
 * <p>Source: <a
 * href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html">
 * DescribeInstances</a>.
 */
final class InstanceFilters {
    /** An instance with what its reservation adds. */
    record Row(Instance view, String reservation, String owner) {}

    static final Filters<Row> INSTANCES = table();

    private InstanceFilters() {}

    private static Filters<Row> table() {
        var table = Filters.<Row>table();
        table.value("reservation-id", Row::reservation)
                .value("owner-id", Row::owner)
                .value("requester-id", _ -> null)
                .tags(row -> tags(row.view().tags()));
        itself(table);
        disks(table);
        metadata(table);
        interfaces(table);
        notHere(table);
        return table.build();
    }

    private static void itself(Filters.Table<Row> table) {
        table.value("architecture", of(Instance::architectureAsString))
                .value("availability-zone", row -> row.view().placement().availabilityZone())
                .value("tenancy", row -> row.view().placement().tenancyAsString())
                .value("placement-group-name", row -> row.view().placement().groupName())
                .value("boot-mode", of(Instance::bootModeAsString))
                .value("client-token", of(Instance::clientToken))
                .value("dns-name", of(Instance::publicDnsName))
                .value("ebs-optimized", text(Instance::ebsOptimized))
                .value("ena-support", text(Instance::enaSupport))
                .value(
                        "hibernation-options.configured",
                        row -> text(row.view().hibernationOptions().configured()))
                .value("hypervisor", of(Instance::hypervisorAsString))
                .value("image-id", of(Instance::imageId))
                .value("instance-id", of(Instance::instanceId))
                .value("instance-state-code", row -> text(row.view().state().code()))
                .value("instance-state-name", row -> row.view().state().nameAsString())
                .value("instance-type", of(Instance::instanceTypeAsString))
                .values("instance.group-id", groups(GroupIdentifier::groupId))
                .values("instance.group-name", groups(GroupIdentifier::groupName))
                .value("ip-address", of(Instance::publicIpAddress))
                .value("key-name", of(Instance::keyName))
                .value("launch-index", text(Instance::amiLaunchIndex))
                .value("launch-time", text(Instance::launchTime))
                .value("monitoring-state", row -> row.view().monitoring().stateAsString())
                .value("platform-details", of(Instance::platformDetails))
                .value("usage-operation", of(Instance::usageOperation))
                .value("private-dns-name", of(Instance::privateDnsName))
                .value("private-ip-address", of(Instance::privateIpAddress))
                .value("reason", of(Instance::stateTransitionReason))
                .value("root-device-name", of(Instance::rootDeviceName))
                .value("root-device-type", of(Instance::rootDeviceTypeAsString))
                .value("source-dest-check", text(Instance::sourceDestCheck))
                .value("state-reason-code", row -> reason(row, true))
                .value("state-reason-message", row -> reason(row, false))
                .value("subnet-id", of(Instance::subnetId))
                .value("virtualization-type", of(Instance::virtualizationTypeAsString))
                .value("vpc-id", of(Instance::vpcId));
    }

    private static void disks(Filters.Table<Row> table) {
        table.values(
                        "block-device-mapping.device-name",
                        row ->
                                row.view().blockDeviceMappings().stream()
                                        .map(mapping -> mapping.deviceName())
                                        .toList())
                .values("block-device-mapping.volume-id", disk(EbsInstanceBlockDevice::volumeId))
                .values("block-device-mapping.status", disk(EbsInstanceBlockDevice::statusAsString))
                .values("block-device-mapping.attach-time", disk(ebs -> text(ebs.attachTime())))
                .values(
                        "block-device-mapping.delete-on-termination",
                        disk(ebs -> text(ebs.deleteOnTermination())));
    }

    private static void metadata(Filters.Table<Row> table) {
        table.value(
                        "metadata-options.http-tokens",
                        row -> row.view().metadataOptions().httpTokensAsString())
                .value(
                        "metadata-options.http-endpoint",
                        row -> row.view().metadataOptions().httpEndpointAsString())
                .value(
                        "metadata-options.instance-metadata-tags",
                        row -> row.view().metadataOptions().instanceMetadataTagsAsString())
                .value(
                        "metadata-options.http-put-response-hop-limit",
                        row -> text(row.view().metadataOptions().httpPutResponseHopLimit()));
    }

    private static void interfaces(Filters.Table<Row> table) {
        table.values(
                        "network-interface.network-interface-id",
                        nic(InstanceNetworkInterface::networkInterfaceId))
                .values("network-interface.description", nic(InstanceNetworkInterface::description))
                .values("network-interface.mac-address", nic(InstanceNetworkInterface::macAddress))
                .values("network-interface.owner-id", nic(InstanceNetworkInterface::ownerId))
                .values(
                        "network-interface.private-dns-name",
                        nic(InstanceNetworkInterface::privateDnsName))
                .values(
                        "network-interface.private-ip-address",
                        nic(InstanceNetworkInterface::privateIpAddress))
                .values(
                        "network-interface.addresses.private-ip-address",
                        nic(InstanceNetworkInterface::privateIpAddress))
                .values(
                        "network-interface.source-dest-check",
                        nic(one -> text(one.sourceDestCheck())))
                .values("network-interface.status", nic(InstanceNetworkInterface::statusAsString))
                .values("network-interface.subnet-id", nic(InstanceNetworkInterface::subnetId))
                .values("network-interface.vpc-id", nic(InstanceNetworkInterface::vpcId))
                .values(
                        "network-interface.attachment.attachment-id",
                        attachment(InstanceNetworkInterfaceAttachment::attachmentId))
                .values(
                        "network-interface.attachment.status",
                        attachment(InstanceNetworkInterfaceAttachment::statusAsString))
                .values(
                        "network-interface.attachment.attach-time",
                        attachment(one -> text(one.attachTime())))
                .values(
                        "network-interface.attachment.device-index",
                        attachment(one -> text(one.deviceIndex())))
                .values(
                        "network-interface.attachment.delete-on-termination",
                        attachment(one -> text(one.deleteOnTermination())))
                .values(
                        "network-interface.addresses.association.public-ip",
                        row -> publicAddresses(row))
                .values("network-interface.association.public-ip", row -> publicAddresses(row))
                .values(
                        "network-interface.group-id",
                        row ->
                                row.view().networkInterfaces().stream()
                                        .flatMap(one -> one.groups().stream())
                                        .map(GroupIdentifier::groupId)
                                        .toList())
                .values(
                        "network-interface.group-name",
                        row ->
                                row.view().networkInterfaces().stream()
                                        .flatMap(one -> one.groups().stream())
                                        .map(GroupIdentifier::groupName)
                                        .toList())
                .values(
                        "network-interface.availability-zone",
                        row -> List.of(row.view().placement().availabilityZone()));
    }

    /** AWS knows these; no instance here has a value for them. */
    private static void notHere(Filters.Table<Row> table) {
        for (var name :
                List.of(
                        "affinity",
                        "capacity-reservation-id",
                        "host-id",
                        "iam-instance-profile.arn",
                        "iam-instance-profile.id",
                        "instance-lifecycle",
                        "kernel-id",
                        "network-interface.ipv6-addresses.ipv6-address",
                        "outpost-arn",
                        "placement-partition-number",
                        "platform",
                        "product-code",
                        "product-code.type",
                        "ramdisk-id",
                        "spot-instance-request-id")) {
            table.value(name, _ -> null);
        }
    }

    /** Tags by key. */
    static Map<String, String> tags(List<Tag> tags) {
        return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private static Function<Row, @Nullable String> of(Function<Instance, @Nullable String> member) {
        return row -> member.apply(row.view());
    }

    private static Function<Row, @Nullable String> text(
            Function<Instance, @Nullable Object> member) {
        return row -> text(member.apply(row.view()));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable String reason(Row row, boolean code) {
        var reason = row.view().stateReason();
        if (reason == null) {
            return null;
        }
        return code ? reason.code() : reason.message();
    }

    private static Function<Row, Collection<String>> groups(
            Function<GroupIdentifier, String> member) {
        return row -> row.view().securityGroups().stream().map(member).toList();
    }

    private static Function<Row, Collection<String>> disk(
            Function<EbsInstanceBlockDevice, @Nullable String> member) {
        return row ->
                row.view().blockDeviceMappings().stream()
                        .map(mapping -> member.apply(mapping.ebs()))
                        .flatMap(value -> value == null ? Stream.of() : Stream.of(value))
                        .toList();
    }

    private static Function<Row, Collection<String>> nic(
            Function<InstanceNetworkInterface, @Nullable String> member) {
        return row ->
                row.view().networkInterfaces().stream()
                        .map(member)
                        .flatMap(value -> value == null ? Stream.of() : Stream.of(value))
                        .toList();
    }

    private static Function<Row, Collection<String>> attachment(
            Function<InstanceNetworkInterfaceAttachment, @Nullable String> member) {
        return nic(one -> one.attachment() == null ? null : member.apply(one.attachment()));
    }

    private static Collection<String> publicAddresses(Row row) {
        var address = row.view().publicIpAddress();
        return address == null ? List.of() : List.of(address);
    }
}
