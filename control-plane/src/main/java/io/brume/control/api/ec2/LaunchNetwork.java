package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.Owned;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.state.Rows;
import io.brume.control.state.SecurityGroups;
import io.brume.control.store.codec.VpcTables;
import io.brume.store.ReadTransaction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;

/**
 * Where in the network a launch goes: the subnet, the groups, the addresses. AWS takes them either
 * beside the other parameters or in one description of the primary interface, never both.
 *
 * @param privateIp null = any
 * @param groups empty = the VPC's default group
 * @param deleteInterface whether the interface goes with the instance
 */
record LaunchNetwork(
        Subnet subnet,
        @Nullable Ipv4Address privateIp,
        boolean publicIp,
        List<SecurityGroupId> groups,
        String description,
        boolean deleteInterface) {

    /**
     * Reads a launch's network.
     *
     * @throws Fault in AWS's words
     */
    static LaunchNetwork of(ReadTransaction tx, AccountId account, RunInstancesRequest request) {
        var network =
                request.hasNetworkInterfaces() && !request.networkInterfaces().isEmpty()
                        ? described(tx, account, request)
                        : beside(tx, account, request);
        if (network.privateIp() != null && request.maxCount() > 1) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "Network interfaces and an instance-level private address may not be specified"
                            + " for more than one instance");
        }
        return network;
    }

    private static LaunchNetwork beside(
            ReadTransaction tx, AccountId account, RunInstancesRequest request) {
        var subnet = subnet(tx, account, request.subnetId(), request);
        return new LaunchNetwork(
                subnet,
                address(request.privateIpAddress()),
                subnet.mapPublicIpOnLaunch(),
                groups(tx, subnet, request),
                "",
                true);
    }

    private static LaunchNetwork described(
            ReadTransaction tx, AccountId account, RunInstancesRequest request) {
        if (request.subnetId() != null
                || request.privateIpAddress() != null
                || !request.securityGroupIds().isEmpty()
                || !request.securityGroups().isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "Network interfaces and an instance-level subnet ID, private address or"
                            + " security groups may not be specified on the same request");
        }
        if (request.networkInterfaces().size() > 1) {
            throw Fault.unsupported(
                    "UnsupportedOperation", "Instances here have one network interface.");
        }
        var asked = request.networkInterfaces().getFirst();
        refuseWhatIsNotThere(asked);
        var subnet = subnet(tx, account, asked.subnetId(), request);
        Boolean publicIp = asked.associatePublicIpAddress();
        Boolean deleted = asked.deleteOnTermination();
        return new LaunchNetwork(
                subnet,
                address(asked.privateIpAddress()),
                publicIp == null ? subnet.mapPublicIpOnLaunch() : publicIp,
                asked.groups().stream().map(SecurityGroupId::parse).toList(),
                asked.description() == null ? "" : asked.description(),
                deleted == null || deleted);
    }

    private static void refuseWhatIsNotThere(InstanceNetworkInterfaceSpecification asked) {
        Integer index = asked.deviceIndex();
        if (index == null) {
            throw Fault.invalid(
                    "MissingParameter", "Each network interface requires a device index.");
        }
        if (index != 0) {
            throw Fault.invalid(
                    "InvalidParameterValue", "The primary interface has device index 0.");
        }
        if (asked.networkInterfaceId() != null) {
            throw Fault.unsupported(
                    "UnsupportedOperation",
                    "This cloud cannot launch with an existing network interface.");
        }
        if (asked.hasPrivateIpAddresses()
                || asked.secondaryPrivateIpAddressCount() != null
                || asked.hasIpv6Addresses()
                || asked.ipv6AddressCount() != null
                || asked.hasIpv4Prefixes()
                || asked.hasIpv6Prefixes()) {
            throw Fault.unsupported(
                    "UnsupportedOperation", "Interfaces here have one private IPv4 address.");
        }
    }

    private static Subnet subnet(
            ReadTransaction tx,
            AccountId account,
            @Nullable String asked,
            RunInstancesRequest request) {
        var zone = zone(request);
        if (asked == null) {
            return defaultSubnet(tx, account, Optional.ofNullable(zone));
        }
        var id = SubnetId.parse(asked);
        var subnet = tx.get(VpcTables.SUBNETS, new Owned<>(account, id));
        if (subnet == null) {
            throw id.notFound();
        }
        if (zone != null && !zone.equals(subnet.zone())) {
            throw Fault.invalid(
                    "InvalidParameterValue",
                    "The availability zone '%s' does not match that of subnet '%s', '%s'."
                            .formatted(zone, id, subnet.zone()));
        }
        return subnet;
    }

    /** Terraform sends an empty one when it means none. */
    private static @Nullable String zone(RunInstancesRequest request) {
        var placement = request.placement();
        var zone = placement == null ? null : placement.availabilityZone();
        return zone == null || zone.isEmpty() ? null : zone;
    }

    private static Subnet defaultSubnet(
            ReadTransaction tx, AccountId account, Optional<String> zone) {
        var subnets =
                Rows.of(tx, VpcTables.SUBNETS, VpcTables.SUBNET_KEYS.startingWith(account)).stream()
                        .filter(Subnet::defaultForZone)
                        .filter(subnet -> isOfDefaultVpc(tx, subnet))
                        .toList();
        if (subnets.isEmpty()) {
            throw Fault.invalid("VPCIdNotSpecified", "No default VPC for this user");
        }
        return subnets.stream()
                .filter(subnet -> zone.isEmpty() || zone.get().equals(subnet.zone()))
                .min((a, b) -> a.zone().compareTo(b.zone()))
                .orElseThrow(() ->
                        Fault.invalid(
                                "InvalidParameterValue",
                                "Invalid availability zone: [%s]".formatted(zone.orElse(""))));
    }

    private static boolean isOfDefaultVpc(ReadTransaction tx, Subnet subnet) {
        Vpc vpc = tx.get(VpcTables.VPCS, subnet.vpc());
        return vpc != null && vpc.isDefault();
    }

    private static List<SecurityGroupId> groups(
            ReadTransaction tx, Subnet subnet, RunInstancesRequest request) {
        if (!request.securityGroupIds().isEmpty() && !request.securityGroups().isEmpty()) {
            throw Fault.invalid(
                    "InvalidParameterCombination",
                    "The parameters GroupName and GroupId may not be used together.");
        }
        if (request.securityGroups().isEmpty()) {
            return request.securityGroupIds().stream().map(SecurityGroupId::parse).toList();
        }
        return request.securityGroups().stream()
                .map(name ->
                        SecurityGroups.named(tx, subnet.vpc(), name)
                                .orElseThrow(() ->
                                        Fault.absent(
                                                "InvalidGroup.NotFound",
                                                "The security group '%s' does not exist in VPC '%s'"
                                                        .formatted(name, subnet.vpcId())))
                                .id())
                .toList();
    }

    private static @Nullable Ipv4Address address(@Nullable String text) {
        return text == null ? null : Ipv4Address.parse(text);
    }
}
