package io.brume.control.api.ec2;

import static java.util.Objects.requireNonNull;

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

    private static final Filters<Vpc> VPC_FILTERS =
            new Filters<Vpc>()
                    .one("cidr", Vpc::block)
                    .one("cidr-block-association.association-id", VpcOperations::associationId)
                    .one("cidr-block-association.cidr-block", Vpc::block)
                    .one("cidr-block-association.state", vpc -> "associated")
                    .one("dhcp-options-id", vpc -> NO_DHCP_OPTIONS)
                    .one("is-default", Vpc::isDefault)
                    .one("isDefault", Vpc::isDefault)
                    .one("owner-id", Vpc::account)
                    .one("state", vpc -> "available")
                    .one("vpc-id", Vpc::id)
                    .tags();

    private static final Filters<SubnetSeen> SUBNET_FILTERS =
            new Filters<SubnetSeen>()
                    .one("availability-zone", seen -> seen.subnet().zone())
                    .one("availabilityZone", seen -> seen.subnet().zone())
                    .one("availability-zone-id", seen -> seen.subnet().zoneId())
                    .one("availabilityZoneId", seen -> seen.subnet().zoneId())
                    .one("available-ip-address-count", SubnetSeen::freeAddresses)
                    .one("cidr", seen -> seen.subnet().block())
                    .one("cidr-block", seen -> seen.subnet().block())
                    .one("cidrBlock", seen -> seen.subnet().block())
                    .one("default-for-az", seen -> seen.subnet().defaultForZone())
                    .one("defaultForAz", seen -> seen.subnet().defaultForZone())
                    .one("map-public-ip-on-launch", seen -> seen.subnet().mapPublicIpOnLaunch())
                    .one("owner-id", seen -> seen.subnet().account())
                    .one("state", seen -> "available")
                    .one("subnet-id", seen -> seen.subnet().id())
                    .one("vpc-id", seen -> seen.subnet().vpcId())
                    .tags();

    private final Calls calls;
    private final Arns arns;

    VpcOperations(Calls calls, Arns arns) {
        this.calls = requireNonNull(calls);
        this.arns = requireNonNull(arns);
    }

    DescribeVpcsResponse describeVpcs(DescribeVpcsRequest request) {
        var wanted = VPC_FILTERS.of(request.filters());
        List<VpcId> named = request.vpcIds().stream().map(VpcId::parse).toList();
        List<Tagged<Vpc>> all =
                calls.view((tx, account) ->
                        Rows.of(tx, VpcTables.VPCS, VpcTables.VPC_KEYS.startingWith(account))
                                .stream()
                                .map(vpc -> Tagged.read(tx, account, vpc.id(), vpc))
                                .toList());
        List<Tagged<Vpc>> found =
                Named.select(all, named, vpc -> vpc.it().id()).stream().filter(wanted).toList();
        Page<Tagged<Vpc>> page =
                Page.of(
                        found,
                        request.maxResults(),
                        request.nextToken(),
                        !named.isEmpty(),
                        vpc -> vpc.it().id().value());
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
        var wanted = SUBNET_FILTERS.of(request.filters());
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
                Page.of(
                        found,
                        request.maxResults(),
                        request.nextToken(),
                        !named.isEmpty(),
                        seen -> seen.it().subnet().id().value());
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
