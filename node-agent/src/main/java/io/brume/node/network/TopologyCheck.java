package io.brume.node.network;

import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Peer;
import io.brume.node.network.VpcTopology.Rule;
import io.brume.node.network.VpcTopology.SecurityGroup;
import io.brume.node.network.VpcTopology.Subnet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Refuses a topology that could not be written into the host's configuration as it stands. What
 * passes here needs no quoting in nft, ip and dnsmasq.
 */
public final class TopologyCheck {
    private static final Pattern VPC = Pattern.compile("vpc-[0-9a-f]{1,17}");
    private static final Pattern INTERFACE = Pattern.compile("eni-[0-9a-f]{1,17}");
    private static final Pattern GROUP = Pattern.compile("sg-[0-9a-f]{1,17}");
    private static final Pattern SUBNET = Pattern.compile("subnet-[0-9a-f]{1,17}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,250})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}(/\\d{1,3})?");

    private TopologyCheck() {}

    /**
     * Does nothing where all is acceptable.
     *
     * @throws IllegalArgumentException what is wrong with it
     */
    public static void check(VpcTopology topology) {
        matches(VPC, topology.vpcId());
        matches(NAME, topology.domainName());
        require(topology.number() > 0 && topology.number() < 1 << 24, "VPC number", topology);
        topology.cidrs().forEach(Ipv4Block::parse);
        Map<String, Ipv4Block> subnets = new HashMap<>();
        for (Subnet subnet : topology.subnets()) {
            matches(SUBNET, subnet.subnetId());
            subnets.put(subnet.subnetId(), Ipv4Block.parse(subnet.cidr()));
        }
        Map<String, String> taps = new HashMap<>();
        for (Interface link : topology.interfaces()) {
            check(link, subnets);
            String other =
                    taps.put(CloudNames.tap(link.networkInterfaceId()), link.networkInterfaceId());
            require(other == null, "two interfaces of one name", link.networkInterfaceId());
        }
        for (SecurityGroup group : topology.securityGroups()) {
            matches(GROUP, group.groupId());
            group.ingress().forEach(TopologyCheck::check);
            group.egress().forEach(TopologyCheck::check);
        }
    }

    private static void check(Interface link, Map<String, Ipv4Block> subnets) {
        matches(INTERFACE, link.networkInterfaceId());
        matches(MAC, link.mac());
        Ipv4Block subnet = subnets.get(link.subnetId());
        Ipv4Block address = Ipv4Block.parse(link.privateIp());
        require(address.prefix() == 32, "private address", link.privateIp());
        require(subnet != null && subnet.contains(address), "subnet of", link.networkInterfaceId());
        if (!link.publicIp().isEmpty()) {
            require(Ipv4Block.parse(link.publicIp()).prefix() == 32, "public", link.publicIp());
        }
        if (!link.hostName().isEmpty()) {
            matches(NAME, link.hostName());
        }
        link.securityGroupIds().forEach(id -> matches(GROUP, id));
        require(link.bitsPerSecond() >= 0, "bandwidth", link.networkInterfaceId());
    }

    private static void check(Rule rule) {
        require(rule.protocol() >= -1 && rule.protocol() <= 255, "protocol", rule);
        require(rule.fromPort() >= -1 && rule.fromPort() <= 65535, "port", rule);
        require(rule.toPort() >= -1 && rule.toPort() <= 65535, "port", rule);
        switch (rule.peer()) {
            case Peer.Group(String groupId) -> matches(GROUP, groupId);
            case Peer.Block(String cidr) -> {
                if (cidr.contains(":")) {
                    matches(IPV6, cidr);
                } else {
                    Ipv4Block.parse(cidr);
                }
            }
        }
    }

    private static void matches(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("not " + pattern.pattern() + ": " + text);
        }
    }

    private static void require(boolean valid, String what, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(what + " not acceptable: " + value);
        }
    }
}
