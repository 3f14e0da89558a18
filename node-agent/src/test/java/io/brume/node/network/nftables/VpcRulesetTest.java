package io.brume.node.network.nftables;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.group;
import static io.brume.node.network.Topologies.icmp;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.tcp;
import static io.brume.node.network.Topologies.tcpFrom;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.node.network.CloudNames;
import io.brume.node.network.GoldenFile;
import io.brume.node.network.Ipv4Block;
import io.brume.node.network.TopologyCheck;
import io.brume.node.network.VpcTopology;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.Peer;
import io.brume.node.network.VpcTopology.Rule;
import io.brume.node.network.VpcTopology.SecurityGroup;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VpcRulesetTest {
    private static final String OTHER = "sg-0aaaaaaaaaaaaaaa2";

    private static Interface with(Interface link, boolean check, boolean local, long bits) {
        return new Interface(
                link.networkInterfaceId(),
                link.instanceId(),
                link.subnetId(),
                link.mac(),
                link.privateIp(),
                link.publicIp(),
                link.hostName(),
                link.securityGroupIds(),
                check,
                local,
                bits);
    }

    private static VpcTopology busy() {
        return vpc(
                List.of(
                        with(local(1, "198.18.0.11", GROUP), true, true, 100_000_000),
                        local(2, "", OTHER, GROUP),
                        with(local(3, "", OTHER), false, true, 0),
                        with(local(4, "", OTHER), true, false, 0)),
                new SecurityGroup(
                        GROUP,
                        List.of(
                                tcp(22, "192.0.2.0/24"),
                                tcp(22, "192.0.2.7/32"),
                                tcp(22, "10.0.0.0/8"),
                                tcpFrom(22, OTHER),
                                tcp(80, "0.0.0.0/0"),
                                tcp(80, "10.0.0.0/8"),
                                icmp(8, -1, "0.0.0.0/0"),
                                icmp(3, 4, "0.0.0.0/0"),
                                new Rule(17, 1000, 2000, new Peer.Block("10.0.0.0/16")),
                                new Rule(47, -1, -1, new Peer.Block("10.0.0.0/16")),
                                new Rule(6, 443, 443, new Peer.Block("::/0")),
                                new Rule(58, -1, -1, new Peer.Block("0.0.0.0/0"))),
                        List.of(new Rule(-1, -1, -1, new Peer.Block("0.0.0.0/0")))),
                new SecurityGroup(
                        OTHER, List.of(new Rule(-1, -1, -1, new Peer.Group(OTHER))), List.of()));
    }

    @Test
    void aVpcWithEverything() throws Exception {
        GoldenFile.check("vpc-ruleset.nft", VpcRuleset.render(busy()));
    }

    @Test
    void anEmptyVpc() throws Exception {
        GoldenFile.check("empty-ruleset.nft", VpcRuleset.render(vpc(List.of())));
    }

    @Test
    void theHost() throws Exception {
        var names = new CloudNames("brume");
        var pool = Ipv4Block.parse("198.18.0.0/24");
        GoldenFile.check("host-ruleset.nft", HostRuleset.render(names, pool, Optional.of("eth0")));
        assertThat(HostRuleset.render(names, pool, Optional.empty())).doesNotContain("eth0");
        assertThat(HostRuleset.remove(names))
                .isEqualTo("table ip brume-host {}\ndelete table ip brume-host\n");
    }

    @Test
    void theSameTopologyInAnotherOrderIsTheSameRuleset() {
        VpcTopology topology = busy();
        var shuffled =
                new VpcTopology(
                        topology.vpcId(),
                        topology.number(),
                        topology.cidrs(),
                        topology.subnets(),
                        topology.interfaces().reversed(),
                        topology.securityGroups().reversed(),
                        topology.domainName());
        assertThat(VpcRuleset.render(shuffled)).isEqualTo(VpcRuleset.render(topology));
    }

    @Test
    void theVerdictKeyChangesWithRulesAndMembersAndComesBackWithThem() {
        String before = key(vpc(List.of(local(1, "", GROUP)), group(GROUP, tcp(80, "0.0.0.0/0"))));
        String closed = key(vpc(List.of(local(1, "", GROUP)), group(GROUP)));
        String again = key(vpc(List.of(local(1, "", GROUP)), group(GROUP, tcp(80, "0.0.0.0/0"))));
        String member =
                key(
                        vpc(
                                List.of(local(1, "", GROUP), local(2, "", GROUP)),
                                group(GROUP, tcp(80, "0.0.0.0/0"))));
        assertThat(closed).isNotEqualTo(before);
        assertThat(member).isNotEqualTo(before);
        assertThat(again).isEqualTo(before);
    }

    private static String key(VpcTopology topology) {
        Matcher matcher =
                Pattern.compile("ct mark and 0x00ffffff == (0x00[0-9a-f]{6}) accept")
                        .matcher(VpcRuleset.render(topology));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void whatCouldNotBeWrittenAsItStandsIsRefused() {
        for (String evil : List.of("sg-0 } ; flush ruleset", "sg-0\"", "", "SG-1", "sg-g")) {
            var topology = vpc(List.of(local(1, "", evil)));
            assertThatThrownBy(() -> TopologyCheck.check(topology))
                    .as(evil)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String cidr : List.of("10.0.0.0/33", "10.0.0", "1.2.3.4;drop", "256.0.0.0/8", "")) {
            var topology = vpc(List.of(), group(GROUP, tcp(80, cidr)));
            assertThatThrownBy(() -> TopologyCheck.check(topology))
                    .as(cidr)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        var twice = vpc(List.of(local(1, "", GROUP), local(1, "", GROUP)));
        assertThatThrownBy(() -> TopologyCheck.check(twice))
                .isInstanceOf(IllegalArgumentException.class);
        TopologyCheck.check(busy());
    }
}
