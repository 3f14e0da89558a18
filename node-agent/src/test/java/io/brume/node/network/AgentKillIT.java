package io.brume.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** kill -9 of the agent in the middle of its work on a VPC. */
class AgentKillIT {
    private static final int ROUNDS = 8;

    @Test
    void guestsNoticeNothing() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var host = new TestHost()) {
            var cloud = host.cloud();
            VpcTopology topology = AgentStandIn.topology();
            kill(host, cloud, random.nextInt(300));
            var first = topology.interfaces().get(0);
            cloud.network().apply(topology);
            var guest = cloud.boot(Topologies.VPC, first);
            guest.serve(80);
            // One agent at a time: from here on it is the stand-in.
            cloud.network().close();
            try (Socket living = host.open("host", "198.18.0.11", 80)) {
                for (int round = 0; round < ROUNDS; round++) {
                    kill(host, cloud, random.nextInt(100));
                    assertThat(TestHost.echoes(living)).as("seed %s", seed).isTrue();
                    assertThat(host.connects("host", "198.18.0.11", 80)).isTrue();
                    assertThat(host.connects("host", "198.18.0.11", 81)).isFalse();
                    assertThat(guest.lease()).startsWith("ip=10.0.0.11 ");
                }
                cloud.restart();
                cloud.network().apply(topology);
                assertThat(TestHost.echoes(living)).isTrue();
            }
            assertThat(dnsmasqs(cloud)).isEqualTo(1);
            cloud.network().remove(Topologies.VPC);
            await().atMost(Duration.ofSeconds(5)).until(() -> dnsmasqs(cloud) == 0);
            assertThat(Files.exists(cloud.runDirectory().resolve(Topologies.VPC))).isFalse();
            assertThat(host.run("host", "ip", "-br", "link").standardOutput().lines()).hasSize(2);
            assertThat(host.run("host", "nft", "list", "ruleset").standardOutput()).isBlank();
            assertThat(host.run("host", "cat", "/proc/sys/net/ipv4/conf/eth0/forwarding"))
                    .extracting(output -> output.standardOutput().strip())
                    .isEqualTo("0");
        }
    }

    private static long dnsmasqs(TestHost.Cloud cloud) {
        String directory = cloud.runDirectory().toString();
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        Path line = Path.of("/proc/" + process.pid() + "/cmdline");
                        return Files.readString(line).contains("--conf-file=" + directory);
                    } catch (IOException e) {
                        return false;
                    }
                })
                .count();
    }

    /** Lets a stand-in work, and kills it a moment after its first whole turn. */
    private static void kill(TestHost host, TestHost.Cloud cloud, int afterMillis)
            throws Exception {
        Process agent =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentStandIn.class.getName(),
                                cloud.prefix,
                                cloud.runDirectory().toString(),
                                host.file("host").toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader lines = agent.inputReader(StandardCharsets.UTF_8)) {
            var said = new StringBuilder();
            String line = lines.readLine();
            while (line != null && !line.equals("applied")) {
                said.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(line).as(said.toString()).isEqualTo("applied");
            agent.waitFor(afterMillis, TimeUnit.MILLISECONDS);
        } finally {
            agent.destroyForcibly().waitFor();
        }
    }
}
