package io.brume.control.reconcile;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.instance.InstanceType;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.Vpc;
import io.brume.proto.node.v1.InterfaceSpec;
import io.brume.proto.node.v1.RuleSpec;
import io.brume.proto.node.v1.SecurityGroupSpec;
import io.brume.proto.node.v1.SubnetSpec;
import io.brume.proto.node.v1.VpcSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes a VPC the way its hosts are told of it. Pure; the same VPC gives the same message. */
final class VpcSpecs {
    private VpcSpecs() {}

    /** The host and the type of an instance that an interface belongs to. */
    record Place(NodeId node, InstanceType type) {}

    /**
     * All that there is of one VPC.
     *
     * @param places of the instances that have a host
     */
    record Contents(
            Vpc vpc,
            List<Subnet> subnets,
            List<NetworkInterface> interfaces,
            List<SecurityGroup> groups,
            List<SecurityGroupRule> rules,
            Map<InstanceId, Place> places) {}

    static VpcSpec render(Contents contents, String domainName) {
        var spec =
                VpcSpec.newBuilder()
                        .setVpcId(contents.vpc().id().value())
                        .setNumber(contents.vpc().number())
                        .addCidrs(contents.vpc().block().toString())
                        .setDomainName(domainName);
        contents.subnets().stream()
                .sorted(Comparator.comparing(subnet -> subnet.id().value()))
                .forEach(subnet -> spec.addSubnets(subnet(subnet)));
        contents.interfaces().stream()
                .sorted(Comparator.comparing(networkInterface -> networkInterface.id().value()))
                .forEach(networkInterface -> addInterface(spec, contents, networkInterface));
        contents.groups().stream()
                .sorted(Comparator.comparing(group -> group.id().value()))
                .forEach(group -> spec.addSecurityGroups(group(group, contents.rules())));
        return spec.build();
    }

    private static SubnetSpec subnet(Subnet subnet) {
        return SubnetSpec.newBuilder()
                .setSubnetId(subnet.id().value())
                .setCidr(subnet.block().toString())
                .setInternetRoute(subnet.internetRoute())
                .build();
    }

    private static void addInterface(
            VpcSpec.Builder spec, Contents contents, NetworkInterface networkInterface) {
        var attachment = networkInterface.attachment();
        if (attachment == null) {
            return;
        }
        var place = contents.places().get(attachment.instanceId());
        if (place == null) {
            return;
        }
        var publicIp = networkInterface.publicIp();
        var rendered =
                InterfaceSpec.newBuilder()
                        .setNetworkInterfaceId(networkInterface.id().value())
                        .setInstanceId(attachment.instanceId().value())
                        .setSubnetId(networkInterface.subnetId().value())
                        .setMac(networkInterface.mac().toString())
                        .setPrivateIp(networkInterface.privateIp().toString())
                        .setPublicIp(publicIp == null ? "" : publicIp.toString())
                        .setHostName("ip-" + networkInterface.privateIp().dashed())
                        .setSourceDestCheck(networkInterface.sourceDestCheck())
                        .setNodeId(place.node().value())
                        .setNetworkBitsPerSecond(place.type().networkBitsPerSecond());
        networkInterface
                .securityGroups()
                .forEach(group -> rendered.addSecurityGroupIds(group.value()));
        spec.addInterfaces(rendered);
    }

    private static SecurityGroupSpec group(SecurityGroup group, List<SecurityGroupRule> rules) {
        var spec = SecurityGroupSpec.newBuilder().setGroupId(group.id().value());
        rules.stream()
                .filter(rule -> rule.groupId().equals(group.id()))
                .sorted(Comparator.comparing(rule -> rule.id().value()))
                .forEach(rule -> {
                    if (rule.direction() == Direction.INGRESS) {
                        spec.addIngress(rule(rule));
                    } else {
                        spec.addEgress(rule(rule));
                    }
                });
        return spec.build();
    }

    private static RuleSpec rule(SecurityGroupRule rule) {
        var spec =
                RuleSpec.newBuilder()
                        .setProtocol(rule.traffic().protocol())
                        .setFromPort(rule.traffic().fromPort())
                        .setToPort(rule.traffic().toPort());
        switch (rule.peer()) {
            case Peer.Ipv4 ipv4 -> spec.setCidr(ipv4.block().toString());
            case Peer.Ipv6 ipv6 -> spec.setCidr(ipv6.block().toString());
            case Peer.Group group -> spec.setGroupId(group.id().value());
        }
        return spec.build();
    }
}
