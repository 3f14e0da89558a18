package io.brume.cli.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What security groups let through, tried with packets: a server that echoes on two ports, and a
 * neighbour in the same subnet. This machine reaches both at their public addresses.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class SecurityGroupStories {
    private static final String ANYWHERE = "0.0.0.0/0";

    private final World world;
    private final Boto boto;
    private String serverGroup = "";
    private String neighbourGroup = "";
    private Guest server;
    private Guest neighbour;

    @SuppressWarnings("NullAway.Init")
    SecurityGroupStories(World world) {
        this.world = world;
        this.boto = world.boto();
    }

    @BeforeAll
    void start() {
        serverGroup = world.group("server");
        neighbourGroup = world.group("neighbour");
        long began = System.nanoTime();
        String serving = world.run(1, "t2.nano", serverGroup).getFirst();
        boto.await("instance_running", 60, "InstanceIds", List.of(serving));
        World.measured("RunInstances of 1 -> running (waiter)", began);
        server = world.guest(serving, "root");
        server.awaitShell(120);
        World.measured("RunInstances of 1 -> SSH", began);
        String beside = world.run(1, "t2.nano", neighbourGroup).getFirst();
        boto.await("instance_running", 60, "InstanceIds", List.of(beside));
        neighbour = world.guest(beside, "root");
        neighbour.awaitShell(120);
        server.ssh(
                        "for port in 8080 8081; do"
                                + " (nc -ll -p $port -e /bin/cat </dev/null >/dev/null 2>&1 &);"
                                + " done")
                .ok();
    }

    private static ConditionFactory within(Duration time) {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).atMost(time);
    }

    private void change(String verb, String direction, String group, Map<String, Object> rule) {
        boto.ec2(
                verb + "_security_group_" + direction,
                "GroupId",
                group,
                "IpPermissions",
                List.of(rule));
    }

    private static Map<String, Object> fromGroup(int port, String group) {
        return Map.of(
                "IpProtocol",
                "tcp",
                "FromPort",
                port,
                "ToPort",
                port,
                "UserIdGroupPairs",
                List.of(Map.of("GroupId", group)));
    }

    @Test
    @Order(1)
    void whatIsNotAllowedReachesNobody() {
        assertThat(server.opens(8080, 1500)).as("from this machine").isFalse();
        assertThat(neighbour.reaches(server.privateAddress(), 8080))
                .as("from the same subnet")
                .isFalse();
        assertThat(neighbour.reaches(server.publicAddress(), 8080))
                .as("from the same subnet to the public address")
                .isFalse();
        // It does listen: what is refused is the packets.
        assertThat(server.reaches("127.0.0.1", 8080)).isTrue();
    }

    @Test
    @Order(2)
    void openingWorksWithinASecondAndClosingCutsWhatIsOpen() throws IOException {
        long began = System.nanoTime();
        change("authorize", "ingress", serverGroup, World.tcp(8080, ANYWHERE));
        long answered = System.nanoTime();
        within(Duration.ofSeconds(1)).until(() -> server.opens(8080, 100));
        World.measured("AuthorizeSecurityGroupIngress, call and effect", began);
        World.measured("AuthorizeSecurityGroupIngress, answer -> open", answered);
        assertThat(neighbour.reaches(server.privateAddress(), 8080)).isTrue();
        assertThat(server.opens(8081, 700)).as("the port beside it").isFalse();

        try (var live = new Socket()) {
            live.connect(new InetSocketAddress(server.publicAddress(), 8080), 2000);
            live.setSoTimeout(2000);
            assertThat(echoes(live)).isTrue();
            change("revoke", "ingress", serverGroup, World.tcp(8080, ANYWHERE));
            within(Duration.ofSeconds(1)).until(() -> !server.opens(8080, 300));
            live.setSoTimeout(1500);
            assertThat(echoes(live)).as("a connection that the rule had let in").isFalse();
        }
        assertThat(neighbour.reaches(server.privateAddress(), 8080)).isFalse();
        assertThat(server.says("echo here")).isEqualTo("here");
    }

    private static boolean echoes(Socket socket) {
        try {
            socket.getOutputStream().write("ping\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readNBytes(5), UTF_8).equals("ping\n");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Order(3)
    void aRuleByGroupLetsItsMembersInAndNobodyElse() {
        change("authorize", "ingress", serverGroup, fromGroup(8081, neighbourGroup));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> neighbour.reaches(server.privateAddress(), 8081));
        assertThat(server.opens(8081, 1000)).isFalse();
        change("revoke", "ingress", serverGroup, fromGroup(8081, neighbourGroup));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !neighbour.reaches(server.privateAddress(), 8081));
    }

    @Test
    @Order(4)
    void pingNeedsARuleOfItsOwn() {
        assertThat(pinged()).isFalse();
        Map<String, Object> echo =
                Map.of(
                        "IpProtocol",
                        "icmp",
                        "FromPort",
                        8,
                        "ToPort",
                        -1,
                        "IpRanges",
                        List.of(Map.of("CidrIp", ANYWHERE)));
        change("authorize", "ingress", serverGroup, echo);
        await().atMost(Duration.ofSeconds(5)).until(this::pinged);
        assertThat(neighbour.ssh("ping -c 1 -W 2 " + server.privateAddress()).worked()).isTrue();
        change("revoke", "ingress", serverGroup, echo);
        await().atMost(Duration.ofSeconds(5)).until(() -> !pinged());
    }

    private boolean pinged() {
        return Command.run(
                        Duration.ofSeconds(5),
                        "busybox",
                        "ping",
                        "-c",
                        "1",
                        "-W",
                        "1",
                        server.publicAddress())
                .worked();
    }

    @Test
    @Order(5)
    void whatLeavesNeedsARuleToo() {
        Map<String, Object> everything =
                Map.of("IpProtocol", "-1", "IpRanges", List.of(Map.of("CidrIp", ANYWHERE)));
        assertThat(server.reaches(neighbour.privateAddress(), 22)).isTrue();
        change("revoke", "egress", serverGroup, everything);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !server.reaches(neighbour.privateAddress(), 22));
        // Answers to what was let in still leave, or nobody could have asked.
        change("authorize", "egress", serverGroup, fromGroup(22, neighbourGroup));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> server.reaches(neighbour.privateAddress(), 22));
        change("authorize", "ingress", neighbourGroup, World.tcp(8082, ANYWHERE));
        neighbour.ssh("(nc -ll -p 8082 -e /bin/cat </dev/null >/dev/null 2>&1 &)").ok();
        await().atMost(Duration.ofSeconds(5)).until(() -> neighbour.opens(8082, 300));
        assertThat(server.reaches(neighbour.privateAddress(), 8082)).isFalse();
    }

    @Test
    @Order(6)
    void aGroupInUseStays() {
        assertThat(boto.refusal("delete_security_group", "GroupId", serverGroup).code())
                .isEqualTo("DependencyViolation");
        world.terminate(List.of(server.id(), neighbour.id()));
        boto.ec2("delete_security_group", "GroupId", serverGroup);
        boto.ec2("delete_security_group", "GroupId", neighbourGroup);
        assertThat(
                        boto.refusal("describe_security_groups", "GroupIds", List.of(serverGroup))
                                .code())
                .isEqualTo("InvalidGroup.NotFound");
    }
}
