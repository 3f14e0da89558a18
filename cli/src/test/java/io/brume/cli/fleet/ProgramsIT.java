package io.brume.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.cloud.TestPorts;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.node.v1.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of a host as processes: start, answer, stop; and what they say when they cannot. */
@Timeout(90)
class ProgramsIT {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"io.brume.node.NodeAgent", "io.brume.storage.StorageNode"})
    void joinsServesItsStatusAndStops(String program) throws Exception {
        int port = TestPorts.free();
        try (var control = new TestFleet();
                var client = HttpClient.newHttpClient()) {
            GrpcFleet fleet = control.start();
            fleet.open();
            Path token = folder.resolve("token");
            Files.writeString(token, control.token());
            Map<String, String> settings =
                    new HashMap<>(
                            Map.of(
                                    "data", folder.resolve("data").toString(),
                                    "control", control.address().toString(),
                                    "zone", "us-east-1b",
                                    "listen", "127.0.0.1:" + port,
                                    "join.token", token.toString()));
            boolean isAgent = program.endsWith("NodeAgent");
            if (isAgent) {
                settings.put("hypervisor", "simulated");
            }
            try (var process = new AgentProcess(folder, program, settings)) {
                long began = System.nanoTime();
                process.start();
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> !fleet.connected().isEmpty());
                long millis = (System.nanoTime() - began) / 1_000_000;
                await().atMost(Duration.ofSeconds(10))
                        .ignoreExceptions()
                        .until(() -> get(client, port, "/ready").equals("200 ready\n"));
                System.out.printf(
                        "%s: in session after %d ms, %d MiB resident%n",
                        program, millis, process.residentKib() / 1024);
                FleetEvent.Connected connected = fleet.connected().values().iterator().next();
                assertThat(connected.role())
                        .isEqualTo(isAgent ? Role.ROLE_NODE_AGENT : Role.ROLE_STORAGE_NODE);
                assertThat(connected.facts().getZone()).isEqualTo("us-east-1b");
                assertThat(connected.facts().getDiskTotalBytes()).isPositive();
                assertThat(get(client, port, "/health")).isEqualTo("200 ok\n");
                assertThat(get(client, port, "/metrics")).startsWith("200 ").contains("_connected");
                control.stop();
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> get(client, port, "/ready").startsWith("503"));
                assertThat(process.stop()).isEqualTo(143);
                assertThat(token).doesNotExist();
                try (Stream<String> lines = Files.lines(process.log())) {
                    assertThat(lines).noneMatch(line -> line.contains("brume1."));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.brume.node.NodeAgent", "io.brume.storage.StorageNode"})
    void saysWhatIsWrongWithItsConfiguration(String program) throws Exception {
        try (var process =
                new AgentProcess(folder, program, Map.of("control", "nowhere", "colour", "red"))) {
            process.start();
            assertThat(process.awaitEnd()).isEqualTo(2);
            assertThat(Files.readString(process.log()))
                    .contains("data: is missing")
                    .contains("control: must be host:port")
                    .contains("colour: is not a key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.brume.node.NodeAgent", "io.brume.storage.StorageNode"})
    void saysThatItHasNotJoined(String program) throws Exception {
        try (var process =
                new AgentProcess(
                        folder,
                        program,
                        Map.of(
                                "data",
                                folder.resolve("data").toString(),
                                "control",
                                "127.0.0.1:1"))) {
            process.start();
            assertThat(process.awaitEnd()).isEqualTo(1);
            assertThat(Files.readString(process.log())).contains("has not joined a cloud yet");
        }
    }

    private static String get(HttpClient client, int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
