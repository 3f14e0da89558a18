package io.brume.cli.faults;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import io.brume.cli.cloud.Command;
import io.brume.cli.cloud.TestPorts;
import io.brume.cli.fleet.AgentProcess;
import io.brume.cli.fleet.TestFleet;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.ReplicaSpec;
import io.brume.proto.node.v1.VolumeObservation;
import io.brume.proto.node.v1.VolumeReplica;
import io.brume.proto.node.v1.VolumeSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Storage nodes and agents, the real programs, and in place of their control plane a test that says
 * what it likes: two agents that both hold themselves for the writer, addresses that lead astray.
 */
final class BlockFleet implements AutoCloseable {
    static final long SIZE_BYTES = 1L << 30;

    /** One of the programs. */
    record Node(String host, NodeId id, AgentProcess process, Path data, int port) {
        /** What the program says at /metrics. */
        String metrics() throws IOException, InterruptedException {
            try (var client = HttpClient.newHttpClient()) {
                var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
                return client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
            }
        }

        /** The sum of the samples of one metric whose line begins so. */
        double metric(String begins) throws IOException, InterruptedException {
            return metrics()
                    .lines()
                    .filter(line -> line.startsWith(begins))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }
    }

    private final String name =
            "f" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
    private final Path folder;
    private final TestFleet control = new TestFleet();
    private final GrpcFleet fleet;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private long generation = 1;

    BlockFleet(Path folder) throws IOException {
        this.folder = folder;
        fleet = control.start();
        fleet.open();
    }

    /** Starts a storage node. */
    Node storage(String host) throws Exception {
        return start(host, "io.brume.storage.StorageNode", Map.of());
    }

    /** Starts an agent. One of the same host name as a storage node uses that one's socket. */
    Node agent(String program, String host) throws Exception {
        return start(
                program,
                "io.brume.node.NodeAgent",
                Map.of("name", name + "-" + program, "host.name", host));
    }

    private Node start(String program, String mainClass, Map<String, String> more)
            throws Exception {
        Path home = Files.createDirectories(folder.resolve(program));
        Path token = home.resolve("token");
        Files.writeString(token, control.token());
        int port = TestPorts.free();
        var settings = new HashMap<String, String>();
        settings.put("data", home.resolve("d").toString());
        settings.put("control", control.address().toString());
        settings.put("listen", "127.0.0.1:" + port);
        settings.put("join.token", token.toString());
        settings.put("host.name", program);
        settings.putAll(more);
        Set<NodeId> known = Set.copyOf(fleet.connected().keySet());
        var process = new AgentProcess(home, mainClass, settings);
        process.start();
        await("%s joins: %s".formatted(program, process.log()))
                .atMost(Duration.ofSeconds(60))
                .until(() -> fleet.connected().size() > known.size());
        NodeId id =
                fleet.connected().keySet().stream()
                        .filter(each -> !known.contains(each))
                        .findFirst()
                        .orElseThrow();
        var node = new Node(program, id, process, home.resolve("d"), port);
        nodes.put(program, node);
        return node;
    }

    /** Tells storage nodes who may open a volume's replicas, and waits until all of them know. */
    void grant(String volume, long epoch, Node writer, List<Node> replicas) {
        generation++;
        for (Node replica : replicas) {
            fleet.desire(
                    replica.id(),
                    Desired.newBuilder()
                            .setGeneration(generation)
                            .setReplica(
                                    ReplicaSpec.newBuilder()
                                            .setVolumeId(volume)
                                            .setEpoch(epoch)
                                            .setSizeBytes(SIZE_BYTES)
                                            .setWriterNodeId(writer.id().value()))
                            .build());
        }
        await("epoch " + epoch)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        replicas.stream()
                                .allMatch(each ->
                                        replica(volume, each)
                                                .anyMatch(seen -> seen.getEpoch() == epoch)));
    }

    /** What a storage node has told of its replica. */
    Stream<ReplicaObservation> replica(String volume, Node node) {
        return control.events.stream()
                .filter(FleetEvent.ReplicaObserved.class::isInstance)
                .map(FleetEvent.ReplicaObserved.class::cast)
                .filter(event -> event.node().equals(node.id()))
                .map(FleetEvent.ReplicaObserved::observation)
                .filter(seen -> seen.getVolumeId().equals(volume));
    }

    /**
     * Tells an agent to serve a volume.
     *
     * @param by which way the agent is to take to a storage node's address
     */
    void serve(
            String volume, long epoch, Node agent, List<Node> replicas, UnaryOperator<String> by) {
        generation++;
        var spec =
                VolumeSpec.newBuilder()
                        .setVolumeId(volume)
                        .setEpoch(epoch)
                        .setSizeBytes(SIZE_BYTES)
                        .setInstanceId("i-00000000000000001")
                        .setDeviceName("/dev/sdf");
        for (Node replica : replicas) {
            BlockServerFacts facts =
                    requireNonNull(fleet.connected().get(replica.id())).facts().getBlockServer();
            spec.addReplicas(
                    VolumeReplica.newBuilder()
                            .setNodeId(replica.id().value())
                            .setRole(VolumeReplica.Role.ROLE_IN_SYNC)
                            .setAddress(by.apply(facts.getAddress()))
                            .setSocket(facts.getSocket())
                            .setHostName(replica.host()));
        }
        fleet.desire(
                agent.id(), Desired.newBuilder().setGeneration(generation).setVolume(spec).build());
    }

    /** Waits until an agent says that it serves a volume at an epoch. */
    void awaitServing(String volume, long epoch, Node agent) {
        await("%s serves %s".formatted(agent.host(), volume))
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        control.events.stream()
                                .filter(FleetEvent.VolumeObserved.class::isInstance)
                                .map(FleetEvent.VolumeObserved.class::cast)
                                .filter(event -> event.node().equals(agent.id()))
                                .map(FleetEvent.VolumeObserved::observation)
                                .anyMatch(seen ->
                                        seen.getVolumeId().equals(volume)
                                                && seen.getEpoch() == epoch
                                                && seen.getPhase()
                                                        == VolumeObservation.Phase.PHASE_SERVING));
    }

    /** Tells an agent to let go of a volume, and waits until nobody is served there. */
    void release(String volume, Node agent) {
        fleet.release(agent.id(), volume);
        await("%s lets go".formatted(agent.host()))
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> !Files.exists(socket(volume, agent)));
    }

    static Path socket(String volume, Node agent) {
        return agent.data().resolve("volumes/" + volume + ".sock");
    }

    /** The ends of all programs' logs. */
    String logs() throws IOException {
        var text = new StringBuilder();
        for (Node node : nodes.values()) {
            List<String> lines = Files.readAllLines(node.process().log());
            text.append("== ").append(node.host()).append('\n');
            lines.subList(Math.max(0, lines.size() - 60), lines.size())
                    .forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    @Override
    public void close() throws Exception {
        for (Node node : nodes.values()) {
            node.process().close();
        }
        control.close();
        Command.run(
                Duration.ofSeconds(20),
                "find",
                "/sys/fs/cgroup",
                "-maxdepth",
                "2",
                "-depth",
                "-type",
                "d",
                "-name",
                name + "-*",
                "-delete");
    }
}
