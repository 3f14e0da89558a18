package io.brume.node.network;

import static io.brume.node.network.Topologies.GROUP;
import static io.brume.node.network.Topologies.VPC;
import static io.brume.node.network.Topologies.local;
import static io.brume.node.network.Topologies.vpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.node.network.Metadata.Options;
import io.brume.node.network.VpcTopology.Interface;
import io.brume.node.network.VpcTopology.SecurityGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The metadata service as guests meet it: with curl, and with what no decent client sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetadataIT {
    private static final String BASE = "http://169.254.169.254/latest/";
    private static final SecurityGroup CLOSED = new SecurityGroup(GROUP, List.of(), List.of());

    private final Interface first = local(1, "198.18.0.11", GROUP);
    private final Interface second = local(2, "", GROUP);
    private TestHost host;
    private TestHost.Cloud cloud;
    private TestHost.Guest guest;
    private TestHost.Guest other;

    @BeforeAll
    void boot() throws Exception {
        host = new TestHost();
        cloud = host.cloud();
        cloud.network().apply(vpc(List.of(first, second), CLOSED));
        guest = cloud.boot(VPC, first);
        other = cloud.boot(VPC, second);
    }

    @AfterAll
    void remove() throws Exception {
        host.close();
    }

    private void describe(Options options) {
        cloud.network().describe(Metadata.of(first, options));
        cloud.network().describe(Metadata.of(second, options));
    }

    private static String curl(TestHost.Guest from, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("curl", "-s", "-m", "5", "-w", "\n%{http_code}"));
        command.addAll(List.of(arguments));
        return from.run(command.toArray(String[]::new)).standardOutput();
    }

    @Test
    void eachGuestLearnsOfItselfWhateverItsGroupsSay() throws Exception {
        describe(Options.DEFAULT);
        assertThat(curl(guest, BASE + "meta-data/instance-id"))
                .isEqualTo("i-00000000000000001\n200");
        assertThat(curl(other, BASE + "meta-data/instance-id"))
                .isEqualTo("i-00000000000000002\n200");
        assertThat(curl(other, BASE + "meta-data/public-ipv4")).endsWith("\n404");
        assertThat(curl(guest, BASE + "user-data")).isEqualTo("#!/bin/sh\necho hello\n\n200");
        assertThat(curl(guest, "-I", BASE + "user-data"))
                .contains("content-length: 21", "EC2ws")
                .doesNotContain("hello");
    }

    @Test
    void tokensAsTheSdksUseThem() throws Exception {
        describe(new Options(true, true, 1, false));
        assertThat(curl(guest, BASE + "meta-data/instance-id")).endsWith("\n401");
        String answer =
                curl(
                        guest,
                        "-X",
                        "PUT",
                        "-H",
                        "X-aws-ec2-metadata-token-ttl-seconds: 60",
                        BASE + "api/token");
        assertThat(answer).endsWith("\n200");
        String token = "X-aws-ec2-metadata-token: " + answer.substring(0, answer.length() - 4);
        assertThat(curl(guest, "-H", token, BASE + "meta-data/instance-id"))
                .isEqualTo("i-00000000000000001\n200");
        assertThat(curl(other, "-H", token, BASE + "meta-data/instance-id")).endsWith("\n401");
    }

    @Test
    void theHopLimitKeepsTokensFromGoingFurther() throws Exception {
        for (int limit : new int[] {1, 3, 64}) {
            describe(new Options(true, true, limit, false));
            assertThat(
                            timesToLive(
                                    "PUT /latest/api/token",
                                    "X-aws-ec2-metadata-token-ttl-seconds: 9"))
                    .as("limit %s", limit)
                    .isEqualTo("ttl " + limit + " tos 0x0");
        }
        describe(new Options(true, false, 1, false));
        assertThat(timesToLive("GET /latest/meta-data/mac", "Accept: */*"))
                .isEqualTo("ttl 64 tos 0x0");
    }

    /** The time to live and service bits of the packet with the answer, seen by the guest. */
    private String timesToLive(String call, String header) throws IOException {
        String script =
                """
                import socket, sys
                raw = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
                raw.bind(("eth0", 0)); raw.settimeout(5)
                s = socket.create_connection(("169.254.169.254", 80), 5)
                s.sendall((sys.argv[1] + " HTTP/1.1\\r\\nHost: x\\r\\n" + sys.argv[2] + "\\r\\n\\r\\n").encode())
                while True:
                    packet, where = raw.recvfrom(4096)
                    if where[2] != 4 and b"HTTP/1.1 200" in packet:
                        print("ttl", packet[8], "tos", hex(packet[1])); break
                """;
        return guest.run("python3", "-c", script, call, header).standardOutput().strip();
    }

    @Test
    void badRequestsEndInBoundsAndHurtNobody() throws Exception {
        describe(Options.DEFAULT);
        assertThat(raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains("400");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nA: " + "y".repeat(9000) + "\r\n\r\n"))
                .containsAnyOf("400", "431");
        assertThat(raw("PUT /latest/api/token HTTP/1.1\r\nContent-Length: 99999\r\n\r\n"))
                .contains("413");
        assertThat(raw("\0\1\2nonsense\r\n\r\n")).contains("400");
        assertThat(raw("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("400");
        assertThat(curl(guest, "--path-as-is", BASE + "meta-data/../../etc/passwd"))
                .endsWith("\n404");
        assertThat(curl(guest, BASE + "meta-data/instance-id")).endsWith("\n200");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = guest.connect("169.254.169.254", 80)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(3000);
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                answer.write('!');
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void oneGuestCannotTakeAllConnections() throws Exception {
        describe(Options.DEFAULT);
        var held = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 64; i++) {
                held.add(guest.connect("169.254.169.254", 80));
            }
            assertThat(curl(guest, BASE + "meta-data/mac")).endsWith("\n000");
            assertThat(curl(other, BASE + "meta-data/mac")).endsWith("\n200");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> curl(guest, BASE + "meta-data/mac").endsWith("\n200"));
    }

    @Test
    void nobodyElseReachesIt() throws Exception {
        describe(Options.DEFAULT);
        assertThat(host.connects("host", "252.0.0.1", 80)).isFalse();
        assertThat(host.connects("host", "198.18.0.11", 80)).isFalse();
        cloud.network().forget(first.instanceId());
        assertThat(curl(guest, BASE + "meta-data/mac")).endsWith("\n503");
        assertThat(curl(other, BASE + "meta-data/mac")).endsWith("\n200");
    }

    @Test
    void anotherAgentAnswersWhenItIsTold() throws Exception {
        describe(Options.DEFAULT);
        cloud.restart();
        cloud.network().apply(vpc(List.of(first, second), CLOSED));
        assertThat(curl(guest, BASE + "meta-data/mac")).endsWith("\n503");
        describe(Options.DEFAULT);
        assertThat(curl(guest, BASE + "meta-data/mac")).isEqualTo("02:00:00:00:00:01\n200");
    }
}
