package io.brume.node.network;

import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Peer;
import io.brume.node.network.VpcTopology.Rule;
import io.brume.node.network.VpcTopology.SecurityGroup;
import io.brume.node.network.VpcTopology.Subnet;
import java.util.ArrayList;
import java.util.List;

/** Topologies for tests, put together piece by piece. */
public final class Topologies {
    public static final String VPC = "vpc-0aaaaaaaaaaaaaaa1";
    public static final String SUBNET = "subnet-0aaaaaaaaaaaaaaa1";
    public static final String GROUP = "sg-0aaaaaaaaaaaaaaa1";
    public static final Rule ALL = new Rule(-1, -1, -1, new Peer.Block("0.0.0.0/0"));

    private Topologies() {}

    public static Rule tcp(int port, String cidr) {
        return new Rule(6, port, port, new Peer.Block(cidr));
    }

    public static Rule tcpFrom(int port, String groupId) {
        return new Rule(6, port, port, new Peer.Group(groupId));
    }

    public static Rule icmp(int type, int code, String cidr) {
        return new Rule(1, type, code, new Peer.Block(cidr));
    }

    public static SecurityGroup group(String id, Rule... ingress) {
        return new SecurityGroup(id, List.of(ingress), List.of(ALL));
    }

    /** The n-th interface: 10.0.0.(10+n), 198.18.x.(10+n) where it has a public address. */
    public static Interface local(int n, String publicIp, String... groups) {
        return new Interface(
                "eni-0%016x".formatted(n),
                "i-0%016x".formatted(n),
                SUBNET,
                "02:00:00:00:%02x:%02x".formatted(n >> 8, n & 255),
                "10.0.%d.%d".formatted((10 + n) >> 8, (10 + n) & 255),
                publicIp,
                "",
                List.of(groups),
                true,
                true,
                0);
    }

    public static VpcTopology vpc(List<Interface> interfaces, SecurityGroup... groups) {
        return vpc(VPC, 1, interfaces, groups);
    }

    public static VpcTopology vpc(
            String vpcId, int number, List<Interface> interfaces, SecurityGroup... groups) {
        return new VpcTopology(
                vpcId,
                number,
                List.of("10.0.0.0/16"),
                List.of(new Subnet(SUBNET, "10.0.0.0/20", true)),
                new ArrayList<>(interfaces),
                List.of(groups),
                "ec2.internal");
    }
}
