package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static io.brume.control.api.ec2.Tagged.texts;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Region;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.state.Rows;
import io.brume.control.state.SecurityGroups;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAssociation;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.NetworkInterfacePrivateIpAddress;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceType;

/** Network interfaces, as they come with instances. */
final class NetworkInterfaceOperations {
    /** Who owns public addresses that are not the account's own: the cloud, in AWS's words. */
    private static final String POOL_OWNER = "amazon";

    private final Calls calls;
    private final Region region;
    private final Filters<Tagged<Seen>> filters;

    NetworkInterfaceOperations(Calls calls, Region region) {
        this.calls = requireNonNull(calls);
        this.region = requireNonNull(region);
        this.filters = filters();
    }

    /** An interface and its groups. */
    private record Seen(NetworkInterface nic, List<SecurityGroup> groups) {}

    DescribeNetworkInterfacesResponse describe(DescribeNetworkInterfacesRequest request) {
        var wanted = filters.matcher(request.filters());
        List<NetworkInterfaceId> named =
                request.networkInterfaceIds().stream().map(NetworkInterfaceId::parse).toList();
        List<Tagged<Seen>> all = calls.view(NetworkInterfaceOperations::all);
        List<Tagged<Seen>> found =
                Named.select(all, named, seen -> seen.it().nic().id()).stream()
                        .filter(wanted)
                        .toList();
        Page<Tagged<Seen>> page =
                calls.page(request, named, found, seen -> seen.it().nic().id().value());
        return DescribeNetworkInterfacesResponse.builder()
                .networkInterfaces(page.items().stream().map(this::show).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static List<Tagged<Seen>> all(ReadTransaction tx, AccountId account) {
        return Rows.of(
                        tx,
                        VpcTables.NETWORK_INTERFACES,
                        VpcTables.NETWORK_INTERFACE_KEYS.startingWith(account))
                .stream()
                .map(nic ->
                        Tagged.read(
                                tx,
                                account,
                                nic.id(),
                                new Seen(
                                        nic,
                                        nic.securityGroups().stream()
                                                .map(id -> SecurityGroups.require(tx, account, id))
                                                .toList())))
                .toList();
    }

    private software.amazon.awssdk.services.ec2.model.NetworkInterface show(Tagged<Seen> tagged) {
        NetworkInterface nic = tagged.it().nic();
        Attachment attachment = nic.attachment();
        NetworkInterfaceAssociation association = association(nic.publicIp());
        return software.amazon.awssdk.services.ec2.model.NetworkInterface.builder()
                .networkInterfaceId(nic.id().value())
                .ownerId(nic.account().value())
                .vpcId(nic.vpcId().value())
                .subnetId(nic.subnetId().value())
                .availabilityZone(nic.zone())
                .macAddress(nic.mac().toString())
                .privateIpAddress(nic.privateIp().toString())
                .privateDnsName(nic.privateName(region))
                .privateIpAddresses(
                        List.of(
                                NetworkInterfacePrivateIpAddress.builder()
                                        .primary(true)
                                        .privateIpAddress(nic.privateIp().toString())
                                        .privateDnsName(nic.privateName(region))
                                        .association(association)
                                        .build()))
                .association(association)
                .groups(tagged.it().groups().stream().map(GroupIdentifiers::of).toList())
                .description(nic.description())
                .sourceDestCheck(nic.sourceDestCheck())
                .interfaceType(NetworkInterfaceType.INTERFACE)
                .requesterManaged(false)
                .ipv6Addresses(List.of())
                .status(status(nic))
                .attachment(attachment == null ? null : show(attachment, nic.account()))
                .tagSet(tagged.shownTags())
                .build();
    }

    private static NetworkInterfaceStatus status(NetworkInterface nic) {
        return nic.attachment() == null
                ? NetworkInterfaceStatus.AVAILABLE
                : NetworkInterfaceStatus.IN_USE;
    }

    private static @Nullable NetworkInterfaceAssociation association(
            @Nullable Ipv4Address publicIp) {
        return publicIp == null
                ? null
                : NetworkInterfaceAssociation.builder()
                        .publicIp(publicIp.toString())
                        .publicDnsName("")
                        .ipOwnerId(POOL_OWNER)
                        .build();
    }

    private static NetworkInterfaceAttachment show(Attachment attachment, AccountId owner) {
        return NetworkInterfaceAttachment.builder()
                .attachmentId(attachment.id().value())
                .instanceId(attachment.instanceId().value())
                .instanceOwnerId(owner.value())
                .deviceIndex(attachment.deviceIndex())
                .networkCardIndex(0)
                .deleteOnTermination(attachment.deleteOnTermination())
                .attachTime(attachment.attached())
                .status(AttachmentStatus.ATTACHED)
                .build();
    }

    private Filters<Tagged<Seen>> filters() {
        return Filters.<Tagged<Seen>>table()
                .value("addresses.private-ip-address", text(seen -> seen.nic().privateIp()))
                .value("addresses.primary", text(seen -> true))
                .value("addresses.association.public-ip", text(seen -> seen.nic().publicIp()))
                .value("association.public-ip", text(seen -> seen.nic().publicIp()))
                .value(
                        "association.ip-owner-id",
                        text(seen -> seen.nic().publicIp() == null ? null : POOL_OWNER))
                .value("attachment.attachment-id", text(attached(Attachment::id)))
                .value("attachment.instance-id", text(attached(Attachment::instanceId)))
                .value("attachment.device-index", text(attached(Attachment::deviceIndex)))
                .value(
                        "attachment.delete-on-termination",
                        text(attached(Attachment::deleteOnTermination)))
                .value("attachment.status", text(attached(attachment -> "attached")))
                .value(
                        "attachment.instance-owner-id",
                        text(seen -> seen.nic().attachment() == null ? null : seen.nic().account()))
                .value("availability-zone", text(seen -> seen.nic().zone()))
                .value("description", text(seen -> seen.nic().description()))
                .values(
                        "group-id",
                        texts(seen -> seen.groups().stream().map(group -> group.id().value())))
                .values(
                        "group-name",
                        texts(seen -> seen.groups().stream().map(SecurityGroup::name)))
                .value("interface-type", text(seen -> "interface"))
                .value("mac-address", text(seen -> seen.nic().mac()))
                .value("network-interface-id", text(seen -> seen.nic().id()))
                .value("owner-id", text(seen -> seen.nic().account()))
                .value("private-dns-name", text(seen -> seen.nic().privateName(region)))
                .value("private-ip-address", text(seen -> seen.nic().privateIp()))
                .value("requester-managed", text(seen -> false))
                .value("source-dest-check", text(seen -> seen.nic().sourceDestCheck()))
                .value("status", text(seen -> status(seen.nic())))
                .value("subnet-id", text(seen -> seen.nic().subnetId()))
                .value("vpc-id", text(seen -> seen.nic().vpcId()))
                .tags(Tagged::tagMap)
                .build();
    }

    private static Function<Seen, @Nullable Object> attached(
            Function<Attachment, @Nullable Object> value) {
        return seen -> {
            Attachment attachment = seen.nic().attachment();
            return attachment == null ? null : value.apply(attachment);
        };
    }
}
