package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.VPC;
import static io.brume.node.network.Topologies.group;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.tcp;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.network.VpcTopology.Interface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody breaks is made whole; what works is left alone. */
class SelfHealingIT {
    private final Interface link = local(1, "198.18.0.11", GROUP);
    private final Interface second = local(2, "", GROUP);
    private final VpcTopology topology =
            vpc(List.of(link, second), group(GROUP, tcp(80, "0.0.0.0/0")));

    @Test
    void applyMakesWholeWhatIsBroken() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            cloud.network().apply(topology);
            var guest = cloud.boot(VPC, link);
            guest.serve(80);
            String namespace = cloud.network().namespace(VPC);
            String tap = cloud.network().tap(link.networkInterfaceId());
            String uplink = new CloudNames(cloud.prefix).hostLink(VPC);
            for (String damage :
                    List.of(
                            "ip -n " + namespace + " route del 10.0.0.11",
                            "ip -n " + namespace + " route flush default",
                            "ip -n " + namespace + " neighbour flush nud permanent",
                            "ip -n " + namespace + " address flush dev lo",
                            "ip -n " + namespace + " address flush dev " + tap,
                            "ip -n " + namespace + " link set dev " + tap + " down",
                            "ip -n " + namespace + " link set dev uplink down",
                            "ip -n " + namespace + " link set dev lo down",
                            "ip netns exec " + namespace + " nft flush ruleset",
                            "ip netns exec " + namespace + " sysctl -qw net.ipv4.ip_forward=0",
                            "nsenter --net=" + host.file("host") + " ip link del " + uplink,
                            "nsenter --net="
                                    + host.file("host")
                                    + " ip link set dev "
                                    + uplink
                                    + " down",
                            "nsenter --net=" + host.file("host") + " ip route del 198.18.0.11",
                            "nsenter --net=" + host.file("host") + " nft flush ruleset")) {
                host.commands().require(List.of(damage.split(" ")), "");
                cloud.network().apply(topology);
                assertThat(host.connects("host", "198.18.0.11", 80)).as(damage).isTrue();
                assertThat(guest.lease()).as(damage).startsWith("ip=10.0.0.11 ");
                assertThat(host.connects("host", "198.18.0.11", 81)).as(damage).isFalse();
            }
        }
    }

    @Test
    void dnsmasqIsStartedAgainWhenItDies() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            cloud.network().apply(topology);
            var guest = cloud.plug(VPC, link);
            Path pidFile = cloud.runDirectory().resolve(VPC).resolve("pid");
            String first = Files.readString(pidFile);
            ProcessHandle.of(Long.parseLong(first.strip())).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !Files.readString(pidFile).equals(first));
            assertThat(guest.lease()).startsWith("ip=10.0.0.11 ");
        }
    }

    @Test
    void anotherAgentAdoptsWhatRuns() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            cloud.network().apply(topology);
            var guest = cloud.boot(VPC, link);
            guest.serve(80);
            Path pidFile = cloud.runDirectory().resolve(VPC).resolve("pid");
            String pid = Files.readString(pidFile);
            try (Socket living = host.open("host", "198.18.0.11", 80)) {
                assertThat(TestHost.echoes(living)).isTrue();
                cloud.restart();
                assertThat(TestHost.echoes(living)).isTrue();
                assertThat(guest.lease()).startsWith("ip=10.0.0.11 ");
                assertThat(cloud.network().vpcs()).containsExactly(VPC);
                cloud.network().apply(topology);
                assertThat(TestHost.echoes(living)).isTrue();
                assertThat(Files.readString(pidFile)).isEqualTo(pid);
            }
        }
    }

    @Test
    void anAddressGoesToItsNextInterfaceAtOnce() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            cloud.network().apply(topology);
            cloud.boot(VPC, link);
            cloud.network().apply(vpc(List.of(second), group(GROUP)));
            assertThat(host.run("host", "ip", "route").standardOutput())
                    .doesNotContain("198.18.0.11");
            var next =
                    new Interface(
                            "eni-0bbbbbbbbbbbbbbbb",
                            "i-0bbbbbbbbbbbbbbbb",
                            link.subnetId(),
                            "02:00:00:00:ff:ff",
                            link.privateIp(),
                            "",
                            "",
                            List.of(GROUP),
                            true,
                            true,
                            0);
            cloud.network().apply(vpc(List.of(second, next), group(GROUP)));
            assertThat(cloud.boot(VPC, next).link.mac()).isEqualTo("02:00:00:00:ff:ff");
        }
    }

    @Test
    void namesAreResolvedInsideTheVpc() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            cloud.network().apply(topology);
            var guest = cloud.boot(VPC, link);
            assertThat(lookup(guest, "ip-10-0-0-12.ec2.internal", "10.0.0.2"))
                    .contains("10.0.0.12");
            assertThat(lookup(guest, "ip-10-0-0-12.ec2.internal", "169.254.169.253"))
                    .contains("10.0.0.12");
            assertThat(lookup(guest, "10.0.0.12", "10.0.0.2"))
                    .contains("ip-10-0-0-12.ec2.internal");
            assertThat(lookup(guest, "example.com", "10.0.0.2")).doesNotContain("Address: ");
        }
    }

    private static String lookup(TestHost.Guest guest, String name, String server)
            throws Exception {
        return guest.run("busybox", "nslookup", name, server).standardOutput();
    }
}
