package io.brume.control.store.codec;

import static io.brume.control.store.codec.Messages.instant;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.instance.InstanceId;
import io.brume.control.domain.vpc.Attachment;
import io.brume.control.domain.vpc.AttachmentId;
import io.brume.control.domain.vpc.Direction;
import io.brume.control.domain.vpc.Ipv4Address;
import io.brume.control.domain.vpc.Ipv4Block;
import io.brume.control.domain.vpc.Ipv6Block;
import io.brume.control.domain.vpc.MacAddress;
import io.brume.control.domain.vpc.NetworkInterface;
import io.brume.control.domain.vpc.NetworkInterfaceId;
import io.brume.control.domain.vpc.Peer;
import io.brume.control.domain.vpc.SecurityGroup;
import io.brume.control.domain.vpc.SecurityGroupId;
import io.brume.control.domain.vpc.SecurityGroupRule;
import io.brume.control.domain.vpc.SecurityGroupRuleId;
import io.brume.control.domain.vpc.Subnet;
import io.brume.control.domain.vpc.SubnetId;
import io.brume.control.domain.vpc.Traffic;
import io.brume.control.domain.vpc.Vpc;
import io.brume.control.domain.vpc.VpcId;
import io.brume.proto.state.v1.NetworkInterfaceRecord;
import io.brume.proto.state.v1.SecurityGroupRecord;
import io.brume.proto.state.v1.SecurityGroupRuleRecord;
import io.brume.proto.state.v1.SubnetRecord;
import io.brume.proto.state.v1.VpcRecord;
import io.brume.store.Codec;

/** The stored form of networks. */
final class VpcCodecs {
    static final Codec<Vpc> VPC =
            Messages.codec(VpcRecord.parser(), VpcCodecs::message, VpcCodecs::vpc);
    static final Codec<Subnet> SUBNET =
            Messages.codec(SubnetRecord.parser(), VpcCodecs::message, VpcCodecs::subnet);
    static final Codec<SecurityGroup> SECURITY_GROUP =
            Messages.codec(SecurityGroupRecord.parser(), VpcCodecs::message, VpcCodecs::group);
    static final Codec<SecurityGroupRule> SECURITY_GROUP_RULE =
            Messages.codec(SecurityGroupRuleRecord.parser(), VpcCodecs::message, VpcCodecs::rule);
    static final Codec<NetworkInterface> NETWORK_INTERFACE =
            Messages.codec(
                    NetworkInterfaceRecord.parser(),
                    VpcCodecs::message,
                    VpcCodecs::networkInterface);

    private VpcCodecs() {}

    private static VpcRecord message(Vpc vpc) {
        return VpcRecord.newBuilder()
                .setAccountId(vpc.account().value())
                .setVpcId(vpc.id().value())
                .setNumber(vpc.number())
                .setCidr(vpc.block().toString())
                .setIsDefault(vpc.isDefault())
                .setDnsSupport(vpc.dnsSupport())
                .setDnsHostnames(vpc.dnsHostnames())
                .setCreatedMillis(vpc.created().toEpochMilli())
                .build();
    }

    private static Vpc vpc(VpcRecord m) {
        return new Vpc(
                new AccountId(m.getAccountId()),
                new VpcId(m.getVpcId()),
                m.getNumber(),
                Ipv4Block.of(m.getCidr()),
                m.getIsDefault(),
                m.getDnsSupport(),
                m.getDnsHostnames(),
                instant(m.getCreatedMillis()));
    }

    private static SubnetRecord message(Subnet subnet) {
        return SubnetRecord.newBuilder()
                .setAccountId(subnet.account().value())
                .setSubnetId(subnet.id().value())
                .setVpcId(subnet.vpcId().value())
                .setCidr(subnet.block().toString())
                .setZone(subnet.zone())
                .setZoneId(subnet.zoneId())
                .setDefaultForZone(subnet.defaultForZone())
                .setMapPublicIpOnLaunch(subnet.mapPublicIpOnLaunch())
                .setInternetRoute(subnet.internetRoute())
                .setCreatedMillis(subnet.created().toEpochMilli())
                .build();
    }

    private static Subnet subnet(SubnetRecord m) {
        return new Subnet(
                new AccountId(m.getAccountId()),
                new SubnetId(m.getSubnetId()),
                new VpcId(m.getVpcId()),
                Ipv4Block.of(m.getCidr()),
                m.getZone(),
                m.getZoneId(),
                m.getDefaultForZone(),
                m.getMapPublicIpOnLaunch(),
                m.getInternetRoute(),
                instant(m.getCreatedMillis()));
    }

    private static SecurityGroupRecord message(SecurityGroup group) {
        return SecurityGroupRecord.newBuilder()
                .setAccountId(group.account().value())
                .setGroupId(group.id().value())
                .setVpcId(group.vpcId().value())
                .setName(group.name())
                .setDescription(group.description())
                .setCreatedMillis(group.created().toEpochMilli())
                .build();
    }

    private static SecurityGroup group(SecurityGroupRecord m) {
        return new SecurityGroup(
                new AccountId(m.getAccountId()),
                new SecurityGroupId(m.getGroupId()),
                new VpcId(m.getVpcId()),
                m.getName(),
                m.getDescription(),
                instant(m.getCreatedMillis()));
    }

    private static SecurityGroupRuleRecord message(SecurityGroupRule rule) {
        SecurityGroupRuleRecord.Builder m =
                SecurityGroupRuleRecord.newBuilder()
                        .setAccountId(rule.account().value())
                        .setRuleId(rule.id().value())
                        .setGroupId(rule.groupId().value())
                        .setEgress(rule.direction() == Direction.EGRESS)
                        .setProtocol(rule.traffic().protocol())
                        .setFromPort(rule.traffic().fromPort())
                        .setToPort(rule.traffic().toPort())
                        .setDescription(rule.description());
        return switch (rule.peer()) {
            case Peer.Ipv4(Ipv4Block block) -> m.setIpv4Cidr(block.toString()).build();
            case Peer.Ipv6(Ipv6Block block) -> m.setIpv6Cidr(block.text()).build();
            case Peer.Group(SecurityGroupId id) -> m.setPeerGroupId(id.value()).build();
        };
    }

    private static SecurityGroupRule rule(SecurityGroupRuleRecord m) {
        return new SecurityGroupRule(
                new AccountId(m.getAccountId()),
                new SecurityGroupRuleId(m.getRuleId()),
                new SecurityGroupId(m.getGroupId()),
                m.getEgress() ? Direction.EGRESS : Direction.INGRESS,
                new Traffic(m.getProtocol(), m.getFromPort(), m.getToPort()),
                switch (m.getPeerCase()) {
                    case IPV4_CIDR -> new Peer.Ipv4(Ipv4Block.of(m.getIpv4Cidr()));
                    case IPV6_CIDR -> new Peer.Ipv6(new Ipv6Block(m.getIpv6Cidr()));
                    case PEER_GROUP_ID -> new Peer.Group(new SecurityGroupId(m.getPeerGroupId()));
                    case PEER_NOT_SET ->
                            throw new IllegalArgumentException("a rule without a peer");
                },
                m.getDescription());
    }

    private static NetworkInterfaceRecord message(NetworkInterface nic) {
        NetworkInterfaceRecord.Builder m =
                NetworkInterfaceRecord.newBuilder()
                        .setAccountId(nic.account().value())
                        .setNetworkInterfaceId(nic.id().value())
                        .setVpcId(nic.vpcId().value())
                        .setSubnetId(nic.subnetId().value())
                        .setZone(nic.zone())
                        .setMac(nic.mac().bits())
                        .setPrivateIp(nic.privateIp().bits())
                        .setDescription(nic.description())
                        .setSourceDestCheck(nic.sourceDestCheck())
                        .setCreatedMillis(nic.created().toEpochMilli());
        nic.securityGroups().forEach(id -> m.addSecurityGroupIds(id.value()));
        Ipv4Address publicIp = nic.publicIp();
        if (publicIp != null) {
            m.setPublicIp(publicIp.bits());
        }
        Attachment attachment = nic.attachment();
        if (attachment != null) {
            m.setAttachment(
                    NetworkInterfaceRecord.Attachment.newBuilder()
                            .setAttachmentId(attachment.id().value())
                            .setInstanceId(attachment.instanceId().value())
                            .setDeviceIndex(attachment.deviceIndex())
                            .setDeleteOnTermination(attachment.deleteOnTermination())
                            .setAttachedMillis(attachment.attached().toEpochMilli()));
        }
        return m.build();
    }

    private static NetworkInterface networkInterface(NetworkInterfaceRecord m) {
        return new NetworkInterface(
                new AccountId(m.getAccountId()),
                new NetworkInterfaceId(m.getNetworkInterfaceId()),
                new VpcId(m.getVpcId()),
                new SubnetId(m.getSubnetId()),
                m.getZone(),
                new MacAddress(m.getMac()),
                new Ipv4Address(m.getPrivateIp()),
                m.hasPublicIp() ? new Ipv4Address(m.getPublicIp()) : null,
                m.getSecurityGroupIdsList().stream().map(SecurityGroupId::new).toList(),
                m.getDescription(),
                m.getSourceDestCheck(),
                m.hasAttachment() ? attachment(m.getAttachment()) : null,
                instant(m.getCreatedMillis()));
    }

    private static Attachment attachment(NetworkInterfaceRecord.Attachment m) {
        return new Attachment(
                new AttachmentId(m.getAttachmentId()),
                new InstanceId(m.getInstanceId()),
                m.getDeviceIndex(),
                m.getDeleteOnTermination(),
                instant(m.getAttachedMillis()));
    }
}
