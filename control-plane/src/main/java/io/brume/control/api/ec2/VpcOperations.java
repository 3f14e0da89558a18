package io.brume.control.api.ec2;

import static io.brume.control.api.ec2.Tagged.text;
import static java.util.Objects.requireNonNull;

import io.brume.common.aws.shared.Filters;
import io.brume.common.aws.shared.Page;
import io.brume.control.domain.Owned;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import io.brume.control.state.Rows;
import io.brume.control.state.SubnetAddresses;
import io.brume.control.store.codec.VpcTables;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.AttributeBooleanValue;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVpcsResponse;
import software.amazon.awssdk.services.ec2.model.HostnameType;
import software.amazon.awssdk.services.ec2.model.SubnetState;
import software.amazon.awssdk.services.ec2.model.Tenancy;
import software.amazon.awssdk.services.ec2.model.VpcCidrBlockAssociation;
import software.amazon.awssdk.services.ec2.model.VpcCidrBlockStateCode;
import software.amazon.awssdk.services.ec2.model.VpcState;

/** VPCs and their subnets. */
final class VpcOperations {
    /** As AWS writes it for a VPC without DHCP options of its own. */
    private static final String NO_DHCP_OPTIONS = "default";

    private static final Filters<Tagged<Vpc>> VPC_FILTERS =
            Filters.<Tagged<Vpc>>table()
                    .value("cidr", text(Vpc::block))
                    .value(
                            "cidr-block-association.association-id",
                            text(VpcOperations::associationId))
                    .value("cidr-block-association.cidr-block", text(Vpc::block))
                    .value("cidr-block-association.state", text(vpc -> "associated"))
                    .value("dhcp-options-id", text(vpc -> NO_DHCP_OPTIONS))
                    .value("is-default", text(Vpc::isDefault))
                    .value("isDefault", text(Vpc::isDefault))
                    .value("owner-id", text(Vpc::account))
                    .value("state", text(vpc -> "available"))
                    .value("vpc-id", text(Vpc::id))
                    .tags(Tagged::tagMap)
                    .build();

    private static final Filters<Tagged<SubnetSeen>> SUBNET_FILTERS =
            Filters.<Tagged<SubnetSeen>>table()
                    .value("availability-zone", text(seen -> seen.subnet().zone()))
                    .value("availabilityZone", text(seen -> seen.subnet().zone()))
                    .value("availability-zone-id", text(seen -> seen.subnet().zoneId()))
                    .value("availabilityZoneId", text(seen -> seen.subnet().zoneId()))
                    .value("available-ip-address-count", text(SubnetSeen::freeAddresses))
                    .value("cidr", text(seen -> seen.subnet().block()))
                    .value("cidr-block", text(seen -> seen.subnet().block()))
                    .value("cidrBlock", text(seen -> seen.subnet().block()))
                    .value("default-for-az", text(seen -> seen.subnet().defaultForZone()))
                    .value("defaultForAz", text(seen -> seen.subnet().defaultForZone()))
                    .value(
                            "map-public-ip-on-launch",
                            text(seen -> seen.subnet().mapPublicIpOnLaunch()))
                    .value("owner-id", text(seen -> seen.subnet().account()))
                    .value("state", text(seen -> "available"))
                    .value("subnet-id", text(seen -> seen.subnet().id()))
                    .value("vpc-id", text(seen -> seen.subnet().vpcId()))
                    .tags(Tagged::tagMap)
                    .build();

    private final Calls calls;
    private final Arns arns;

    VpcOperations(Calls calls, Arns arns) {
        this.calls = requireNonNull(calls);
        this.arns = requireNonNull(arns);
    }

    DescribeVpcsResponse describeVpcs(DescribeVpcsRequest request) {
        var wanted = VPC_FILTERS.matcher(request.filters());
        List<VpcId> named = request.vpcIds().stream().map(VpcId::parse).toList();
        List<Tagged<Vpc>> all =
                calls.view((tx, account) ->
                        Rows.of(tx, VpcTables.VPCS, VpcTables.VPC_KEYS.startingWith(account))
                                .stream()
                                .map(vpc -> Tagged.read(tx, account, vpc.id(), vpc))
                                .toList());
        List<Tagged<Vpc>> found =
                Named.select(all, named, vpc -> vpc.it().id()).stream().filter(wanted).toList();
        Page<Tagged<Vpc>> page = calls.page(request, named, found, vpc -> vpc.it().id().value());
        return DescribeVpcsResponse.builder()
                .vpcs(page.items().stream().map(VpcOperations::showVpc).toList())
                .nextToken(page.nextToken())
                .build();
    }

    DescribeVpcAttributeResponse describeAttribute(DescribeVpcAttributeRequest request) {
        if (request.vpcId() == null) {
            throw Faults.missing("VpcId");
        }
        VpcId id = VpcId.parse(request.vpcId());
        Vpc vpc =
                calls.view((tx, account) -> {
                    Vpc found = tx.get(VpcTables.VPCS, new Owned<>(account, id));
                    if (found == null) {
                        throw id.notFound();
                    }
                    return found;
                });
        var response = DescribeVpcAttributeResponse.builder().vpcId(id.value());
        String attribute = request.attributeAsString() == null ? "" : request.attributeAsString();
        switch (attribute) {
            case "enableDnsSupport" -> response.enableDnsSupport(value(vpc.dnsSupport()));
            case "enableDnsHostnames" -> response.enableDnsHostnames(value(vpc.dnsHostnames()));
            case "enableNetworkAddressUsageMetrics" ->
                    response.enableNetworkAddressUsageMetrics(value(false));
            case "" -> throw Faults.missing("Attribute");
            default ->
                    throw Faults.invalidValue(
                            "Value (%s) for parameter attribute is invalid. Unknown attribute."
                                    .formatted(attribute));
        }
        return response.build();
    }

    DescribeSubnetsResponse describeSubnets(DescribeSubnetsRequest request) {
        var wanted = SUBNET_FILTERS.matcher(request.filters());
        List<SubnetId> named = request.subnetIds().stream().map(SubnetId::parse).toList();
        List<Tagged<SubnetSeen>> all =
                calls.view((tx, account) ->
                        Rows.of(tx, VpcTables.SUBNETS, VpcTables.SUBNET_KEYS.startingWith(account))
                                .stream()
                                .map(subnet ->
                                        Tagged.read(
                                                tx,
                                                account,
                                                subnet.id(),
                                                new SubnetSeen(
                                                        subnet, SubnetAddresses.free(tx, subnet))))
                                .toList());
        List<Tagged<SubnetSeen>> found =
                Named.select(all, named, seen -> seen.it().subnet().id()).stream()
                        .filter(wanted)
                        .toList();
        Page<Tagged<SubnetSeen>> page =
                calls.page(request, named, found, seen -> seen.it().subnet().id().value());
        return DescribeSubnetsResponse.builder()
                .subnets(page.items().stream().map(this::showSubnet).toList())
                .nextToken(page.nextToken())
                .build();
    }

    /** A subnet and what changes with its interfaces. */
    private record SubnetSeen(Subnet subnet, int freeAddresses) {}

    private static AttributeBooleanValue value(boolean flag) {
        return AttributeBooleanValue.builder().value(flag).build();
    }

    private static String associationId(Vpc vpc) {
        return "vpc-cidr-assoc" + vpc.id().value().substring(VpcId.PREFIX.length());
    }

    private static VpcCidrBlockAssociation association(Vpc vpc) {
        return VpcCidrBlockAssociation.builder()
                .associationId(associationId(vpc))
                .cidrBlock(vpc.block().toString())
                .cidrBlockState(state -> state.state(VpcCidrBlockStateCode.ASSOCIATED))
                .build();
    }

    private static software.amazon.awssdk.services.ec2.model.Vpc showVpc(Tagged<Vpc> tagged) {
        Vpc vpc = tagged.it();
        return software.amazon.awssdk.services.ec2.model.Vpc.builder()
                .vpcId(vpc.id().value())
                .ownerId(vpc.account().value())
                .cidrBlock(vpc.block().toString())
                .cidrBlockAssociationSet(List.of(association(vpc)))
                .ipv6CidrBlockAssociationSet(List.of())
                .dhcpOptionsId(NO_DHCP_OPTIONS)
                .instanceTenancy(Tenancy.DEFAULT)
                .isDefault(vpc.isDefault())
                .state(VpcState.AVAILABLE)
                .tags(tagged.shownTags())
                .build();
    }

    private software.amazon.awssdk.services.ec2.model.Subnet showSubnet(Tagged<SubnetSeen> tagged) {
        Subnet subnet = tagged.it().subnet();
        return software.amazon.awssdk.services.ec2.model.Subnet.builder()
                .subnetId(subnet.id().value())
                .subnetArn(arns.of(subnet.account(), "subnet", subnet.id()))
                .vpcId(subnet.vpcId().value())
                .ownerId(subnet.account().value())
                .availabilityZone(subnet.zone())
                .availabilityZoneId(subnet.zoneId())
                .cidrBlock(subnet.block().toString())
                .availableIpAddressCount(tagged.it().freeAddresses())
                .defaultForAz(subnet.defaultForZone())
                .mapPublicIpOnLaunch(subnet.mapPublicIpOnLaunch())
                .mapCustomerOwnedIpOnLaunch(false)
                .assignIpv6AddressOnCreation(false)
                .ipv6CidrBlockAssociationSet(List.of())
                .ipv6Native(false)
                .enableDns64(false)
                .privateDnsNameOptionsOnLaunch(options ->
                        options.hostnameType(HostnameType.IP_NAME)
                                .enableResourceNameDnsARecord(false)
                                .enableResourceNameDnsAAAARecord(false))
                .state(SubnetState.AVAILABLE)
                .tags(tagged.shownTags())
                .build();
    }
}
