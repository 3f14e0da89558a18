package io.brume.node.network;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One VPC as this host must realise it.
 *
 * @param vpcId for example {@code vpc-0123456789abcdef0}
 * @param number the VPC's VXLAN network identifier, 1 to 16777215
 * @param cidrs the VPC's address blocks
 * @param subnets all of the VPC's subnets
 * @param interfaces every interface of the VPC with a place on some host; those with {@code local}
 *     are made here
 * @param securityGroups the groups that those interfaces, or the rules of those groups, name
 * @param domainName what DHCP hands out, for example {@code ec2.internal}
 */
public record VpcTopology(
        String vpcId,
        int number,
        List<String> cidrs,
        List<Subnet> subnets,
        List<Interface> interfaces,
        List<SecurityGroup> securityGroups,
        String domainName) {
    public VpcTopology {
        requireNonNull(vpcId);
        requireNonNull(domainName);
        cidrs = List.copyOf(cidrs);
        subnets = List.copyOf(subnets);
        interfaces = List.copyOf(interfaces);
        securityGroups = List.copyOf(securityGroups);
    }

    /** A slice of the VPC; its .1 is the router, its .2 the resolver. */
    public record Subnet(String subnetId, String cidr, boolean internetRoute) {}

    /**
     * One place in the VPC.
     *
     * @param publicIp empty when it has none
     * @param bitsPerSecond 0 = unlimited
     */
    public record Interface(
            String networkInterfaceId,
            String instanceId,
            String subnetId,
            String mac,
            String privateIp,
            String publicIp,
            String hostName,
            List<String> securityGroupIds,
            boolean sourceDestCheck,
            boolean local,
            long bitsPerSecond) {
        public Interface {
            securityGroupIds = List.copyOf(securityGroupIds);
        }
    }

    /**
     * A named set of rules; traffic that no rule allows is dropped, answers to allowed traffic
     * pass.
     */
    public record SecurityGroup(String groupId, List<Rule> ingress, List<Rule> egress) {
        public SecurityGroup {
            ingress = List.copyOf(ingress);
            egress = List.copyOf(egress);
        }
    }

    /**
     * Traffic that is allowed.
     *
     * @param protocol an IP protocol number; -1 = all
     * @param fromPort first port, or ICMP type; -1 = all
     * @param toPort last port, or ICMP code; -1 = all
     */
    public record Rule(int protocol, int fromPort, int toPort, Peer peer) {}

    /** The other end of the traffic a rule allows. */
    public sealed interface Peer {
        /** An IPv4 or IPv6 block. */
        record Block(String cidr) implements Peer {}

        /** The members of a group of the same VPC. */
        record Group(String groupId) implements Peer {}
    }
}
