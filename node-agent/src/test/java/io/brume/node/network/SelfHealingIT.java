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
import io.brume.node.network.namespace.NetworkSettings.DeviceKind;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
            Files.delete(pidFile);
            cloud.network().apply(topology);
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

    @Test
    void otherNamesAreAskedOfTheHostsResolversWhereThereIsAWayOut() throws Exception {
        try (var host = new TestHost()) {
            Path resolvers =
                    Files.writeString(
                            host.directory().resolve("resolv.conf"),
                            "nameserver 127.0.0.53\nnameserver " + TestHost.WORLD + "\n");
            Process world =
                    new ProcessBuilder(
                                    "nsenter",
                                    "--net=" + host.file("world"),
                                    "dnsmasq",
                                    "--conf-file=/dev/null",
                                    "--keep-in-foreground",
                                    "--no-resolv",
                                    "--user=nobody",
                                    "--pid-file=",
                                    "--address=/example.test/192.0.2.77")
                            .start();
            try {
                var cloud = host.cloud(DeviceKind.VETH, host.commands(), List.of(resolvers));
                cloud.network().apply(topology);
                var guest = cloud.boot(VPC, second);
                await().atMost(Duration.ofSeconds(10))
                        .until(() ->
                                lookup(guest, "www.example.test", "10.0.0.2")
                                        .contains("192.0.2.77"));
                var inside = topology.subnets().getFirst();
                cloud.network()
                        .apply(
                                new VpcTopology(
                                        VPC,
                                        1,
                                        topology.cidrs(),
                                        List.of(
                                                new VpcTopology.Subnet(
                                                        inside.subnetId(), inside.cidr(), false)),
                                        topology.interfaces(),
                                        topology.securityGroups(),
                                        topology.domainName()));
                assertThat(lookup(guest, "www.example.test", "10.0.0.2"))
                        .doesNotContain("192.0.2.77");
                assertThat(host.connects("host", "198.18.0.11", 80)).isFalse();
            } finally {
                world.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aFailureAtAnyStepLeavesNothingBehindAndTheNextTurnGoesThrough() throws Exception {
        var calls = new AtomicInteger();
        var failing = new AtomicInteger(-1);
        try (var host = new TestHost()) {
            HostCommands tools =
                    (command, input, timeout) -> {
                        if (calls.getAndIncrement() == failing.get()) {
                            throw new IOException("planted: " + command);
                        }
                        return host.commands().run(command, input, timeout);
                    };
            var cloud = host.cloud(DeviceKind.VETH, tools, List.of());
            cloud.network().apply(topology);
            cloud.network().remove(VPC);
            int steps = 0;
            while (fails(cloud, topology, calls, failing, steps)) {
                assertThat(cloud.network().vpcs()).as("step %s", steps).isEmpty();
                assertThat(Files.exists(cloud.runDirectory().resolve(VPC))).isFalse();
                steps++;
            }
            assertThat(steps).isGreaterThan(7);
            cloud.network().apply(topology);
            var guest = cloud.boot(VPC, link);
            guest.serve(80);
            assertThat(host.connects("host", "198.18.0.11", 80)).isTrue();
            var next =
                    vpc(
                            List.of(link, second, local(3, "", GROUP)),
                            group(GROUP, tcp(80, "0.0.0.0/0"), tcp(81, "0.0.0.0/0")));
            guest.serve(81);
            for (int step = 0; step < steps; step++) {
                boolean failed =
                        fails(cloud, step % 2 == 0 ? next : topology, calls, failing, step);
                assertThat(failed || step > 3).isTrue();
                assertThat(host.connects("host", "198.18.0.11", 80)).as("step %s", step).isTrue();
            }
            cloud.network().apply(next);
            assertThat(host.connects("host", "198.18.0.11", 81)).isTrue();
        }
    }

    /** Says whether an apply whose n-th command fails does so too. */
    private static boolean fails(
            TestHost.Cloud cloud,
            VpcTopology wanted,
            AtomicInteger calls,
            AtomicInteger failing,
            int step) {
        calls.set(0);
        failing.set(step);
        try {
            cloud.network().apply(wanted);
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("planted: ");
            return true;
        } finally {
            failing.set(-1);
        }
    }

    private static String lookup(TestHost.Guest guest, String name, String server)
            throws Exception {
        return guest.run("busybox", "nslookup", name, server).standardOutput();
    }
}
