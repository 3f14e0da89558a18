package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.VPC;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.network.VpcTopology.SecurityGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Guests, VPCs and clouds that must not meet. */
class IsolationIT {
    private static final String OTHER_VPC = "vpc-0aaaaaaaaaaaaaaa2";
    private static final SecurityGroup OPEN =
            new SecurityGroup(GROUP, List.of(Topologies.ALL), List.of(Topologies.ALL));

    /** Prints the name of each marked frame that comes in, until the honest one has. */
    private static final String LISTEN =
            """
            import socket, sys
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            s.bind(("eth0", 0)); s.settimeout(10)
            open(sys.argv[1], "w").close()
            out = []
            while True:
                frame, where = s.recvfrom(2048)
                if where[2] == 4: continue
                if b"FORGED" in frame: out.append(frame.hex())
                if b"HONEST" in frame: break
            open(sys.argv[1], "w").write("heard " + " ".join(out))
            """;

    private static final String SEND =
            """
            import socket, sys
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            s.bind(("eth0", 0))
            for line in open(sys.argv[1]): s.send(bytes.fromhex(line.strip()))
            """;

    @Test
    void forgedFramesReachNobody() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            var liar = local(1, "198.18.0.11", GROUP);
            var victim = local(2, "198.18.0.12", GROUP);
            cloud.network().apply(vpc(List.of(liar, victim), OPEN));
            var lying = cloud.boot(VPC, liar);
            var listening = cloud.boot(VPC, victim);
            var frames = new ForgedFrames(liar, victim);
            assertThat(frames.all()).hasSizeGreaterThan(35);

            Path heard = Files.createTempFile("network-test", ".heard");
            Files.delete(heard);
            Process listener =
                    new ProcessBuilder(
                                    "nsenter",
                                    "--net=" + host.file(listening.namespace),
                                    "python3",
                                    "-c",
                                    LISTEN,
                                    heard.toString())
                            .inheritIO()
                            .start();
            Path script = Files.createTempFile("network-test", ".frames");
            try {
                await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(heard));
                var lines = new ArrayList<>(frames.all().values());
                lines.add(frames.honest());
                Files.write(script, lines);
                assertThat(lying.run("python3", "-c", SEND, script.toString()).standardError())
                        .isEmpty();
                assertThat(listener.waitFor(15, TimeUnit.SECONDS)).isTrue();
                String got = Files.readString(heard);
                assertThat(got).startsWith("heard");
                for (Map.Entry<String, String> frame : frames.all().entrySet()) {
                    String content = frame.getValue().substring(28);
                    assertThat(got.contains(content)).as(frame.getKey()).isFalse();
                }
                assertThat(got).isEqualTo("heard ");
                // Nothing believed it: the victim is still where it was, and so is its address.
                listening.serve(80);
                assertThat(host.connects("host", "198.18.0.12", 80)).isTrue();
                assertThat(lying.reaches("10.0.0.12", 80)).isTrue();
            } finally {
                listener.destroyForcibly();
                Files.deleteIfExists(heard);
                Files.delete(script);
            }
        }
    }

    @Test
    void vpcsOfTheSameAddressesDoNotMeet() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            var one = local(1, "", GROUP);
            var two = local(2, "", GROUP);
            var twin = local(1, "198.18.0.21", GROUP);
            cloud.network().apply(vpc(VPC, 1, List.of(one, two), OPEN));
            cloud.network().apply(vpc(OTHER_VPC, 2, List.of(twin), OPEN));
            cloud.boot(VPC, one);
            var second = cloud.boot(VPC, two);
            var twinned = cloud.boot(OTHER_VPC, twin);
            twinned.serve(80);
            assertThat(second.reaches("10.0.0.11", 80)).isFalse();
            assertThat(twinned.reaches("10.0.0.12", 80)).isFalse();
            assertThat(second.pings("10.0.0.11")).isTrue();
            assertThat(host.connects("host", "198.18.0.21", 80)).isTrue();
            assertThat(cloud.network().vpcs()).containsExactly(VPC, OTHER_VPC);
        }
    }

    @Test
    void publicAddressesJoinVpcsOfOneCloudButNotTwoClouds() throws Exception {
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            var stranger = host.cloud();
            var one = local(1, "198.18.0.11", GROUP);
            var two = local(1, "198.18.0.12", GROUP);
            var theirs = local(1, "198.18.1.11", GROUP);
            cloud.network().apply(vpc(VPC, 1, List.of(one), OPEN));
            cloud.network().apply(vpc(OTHER_VPC, 2, List.of(two), OPEN));
            stranger.network().apply(vpc(VPC, 1, List.of(theirs), OPEN));
            var first = cloud.boot(VPC, one);
            var second = cloud.boot(OTHER_VPC, two);
            var third = stranger.boot(VPC, theirs);
            second.serve(80);
            third.serve(80);
            assertThat(first.reaches("198.18.0.12", 80)).isTrue();
            assertThat(first.reaches("198.18.1.11", 80)).isFalse();
            assertThat(host.connects("host", "198.18.1.11", 80)).isTrue();
            stranger.network().remove(VPC);
            assertThat(host.connects("host", "198.18.0.12", 80)).isTrue();
            assertThat(stranger.network().vpcs()).isEmpty();
            assertThat(host.run("host", "nft", "list", "tables").standardOutput())
                    .contains(cloud.prefix)
                    .doesNotContain(stranger.prefix);
        }
    }
}
