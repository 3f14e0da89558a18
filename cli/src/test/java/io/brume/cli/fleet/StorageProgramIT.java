package io.brume.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.cli.cloud.TestPorts;
import io.brume.control.domain.NodeId;
import io.brume.control.fleet.FleetEvent;
import io.brume.control.fleet.grpc.GrpcFleet;
import io.brume.proto.block.AnswerHeader;
import io.brume.proto.block.BlockStatus;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.Operation;
import io.brume.proto.block.RequestHeader;
import io.brume.proto.block.v1.OpenReplica;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.ReplicaObservation;
import io.brume.proto.node.v1.ReplicaSpec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The storage node's program under a real fleet: what it is told, serves, keeps and deletes. */
@Timeout(120)
class StorageProgramIT {
    private static final String VOLUME = "vol-00000000000000001";

    @TempDir Path folder;

    @Test
    void servesWhatItWasToldAndKeepsItThroughKills() throws Exception {
        int port = TestPorts.free();
        try (var control = new TestFleet()) {
            GrpcFleet fleet = control.start();
            fleet.open();
            Path token = folder.resolve("token");
            Files.writeString(token, control.token());
            Map<String, String> settings =
                    Map.of(
                            "data", folder.resolve("data").toString(),
                            "control", control.address().toString(),
                            "listen", "127.0.0.1:" + port,
                            "join.token", token.toString());
            try (var process = new AgentProcess(folder, "io.brume.storage.StorageNode", settings)) {
                process.start();
                await().atMost(Duration.ofSeconds(30)).until(() -> !fleet.connected().isEmpty());
                NodeId node = fleet.connected().keySet().iterator().next();
                BlockServerFacts facts = fleet.connected().get(node).facts().getBlockServer();
                assertThat(facts.getAddress()).startsWith("127.0.0.1:");
                fleet.desire(node, replica(1, 1));
                awaitReady(control, 1);

                byte[] data = new byte[Blocks.MOST_DATA];
                new Random(7).nextBytes(data);
                Path socket = Path.of(facts.getSocket());
                try (var client = new Client(socket)) {
                    assertThat(client.open(2)).isEqualTo(BlockStatus.NOT_HERE);
                    assertThat(client.open(1)).isEqualTo(BlockStatus.OK);
                    assertThat(client.write(1, 0, data)).isEqualTo(BlockStatus.OK);
                    assertThat(client.ask(Operation.FLUSH, 0, 0, 0)).isEqualTo(BlockStatus.OK);
                    fleet.desire(node, replica(2, 2));
                    awaitReady(control, 2);
                    assertThat(client.write(2, 0, data)).isEqualTo(BlockStatus.STALE_EPOCH);
                }
                assertThat(metrics(port))
                        .contains("brume_storage_block_requests_total{operation=\"write\"} 2.0")
                        .contains("brume_storage_block_written_bytes_total 1048576.0")
                        .contains("brume_storage_block_replicas 1.0");

                // Without its control plane, too, it serves what it was told last.
                control.stop();
                process.kill();
                process.start();
                await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> {
                            try (var client = new Client(socket)) {
                                return client.open(2) == BlockStatus.OK;
                            }
                        });
                try (var client = new Client(socket)) {
                    assertThat(client.open(1)).isEqualTo(BlockStatus.STALE_EPOCH);
                    assertThat(client.open(2)).isEqualTo(BlockStatus.OK);
                    assertThat(client.read(0, data.length)).isEqualTo(data);
                }

                // A control plane that has not published everything yet takes nothing away.
                GrpcFleet again = control.start();
                await().atMost(Duration.ofSeconds(30)).until(() -> !again.connected().isEmpty());
                again.desire(node, replica(2, 2));
                again.open();
                awaitReady(control, 2);
                try (var client = new Client(socket)) {
                    assertThat(client.open(2)).isEqualTo(BlockStatus.OK);
                    assertThat(client.read(0, data.length)).isEqualTo(data);
                }
                again.release(node, VOLUME);
                await().atMost(Duration.ofSeconds(10))
                        .until(() ->
                                latest(control)
                                        .filter(seen ->
                                                seen.getPhase()
                                                        == ReplicaObservation.Phase.PHASE_ABSENT)
                                        .isPresent());
                assertThat(folder.resolve("data/blocks/volumes/" + VOLUME)).doesNotExist();
                assertThat(process.stop()).isEqualTo(143);
                assertThat(socket).doesNotExist();
            }
        }
    }

    private static Desired replica(long generation, long epoch) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setReplica(
                        ReplicaSpec.newBuilder()
                                .setVolumeId(VOLUME)
                                .setEpoch(epoch)
                                .setSizeBytes(1L << 30)
                                .setWriterNodeId("node-agent"))
                .build();
    }

    private static Optional<ReplicaObservation> latest(TestFleet control) {
        return control.events.stream()
                .filter(FleetEvent.ReplicaObserved.class::isInstance)
                .map(event -> ((FleetEvent.ReplicaObserved) event).observation())
                .reduce((first, second) -> second);
    }

    private static void awaitReady(TestFleet control, long epoch) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        latest(control)
                                .filter(seen ->
                                        seen.getEpoch() == epoch
                                                && seen.getPhase()
                                                        == ReplicaObservation.Phase.PHASE_READY)
                                .isPresent());
    }

    private static String metrics(int port) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** A coordinator that makes one request at a time. */
    private static final class Client implements AutoCloseable {
        private final SocketChannel channel;
        private ByteBuffer payload = ByteBuffer.allocate(0);

        Client(Path socket) throws IOException {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        BlockStatus open(long epoch) throws IOException {
            byte[] opening =
                    OpenReplica.newBuilder()
                            .setVolumeId(VOLUME)
                            .setEpoch(epoch)
                            .build()
                            .toByteArray();
            return ask(Operation.OPEN, 0, 0, 0, opening);
        }

        BlockStatus write(long sequence, long offset, byte[] data) throws IOException {
            int blocks = data.length / Blocks.BLOCK;
            var summed = ByteBuffer.allocate(blocks * Long.BYTES + data.length);
            var from = ByteBuffer.wrap(data);
            for (int i = 0; i < blocks; i++) {
                summed.putLong(Blocks.sum(from));
            }
            return ask(Operation.WRITE, sequence, offset, data.length, summed.put(data).array());
        }

        byte[] read(long offset, int length) throws IOException {
            assertThat(ask(Operation.READ, 0, offset, length)).isEqualTo(BlockStatus.OK);
            byte[] data = new byte[length];
            payload.get(payload.limit() - length, data);
            return data;
        }

        BlockStatus ask(
                Operation operation, long sequence, long offset, int length, byte... payloadSent)
                throws IOException {
            var request = ByteBuffer.allocate(RequestHeader.SIZE + payloadSent.length);
            RequestHeader.write(
                    request, operation, 0, 1, sequence, offset, length, payloadSent.length);
            request.put(payloadSent).flip();
            while (request.hasRemaining()) {
                channel.write(request);
            }
            AnswerHeader header = AnswerHeader.read(exactly(AnswerHeader.SIZE));
            payload = exactly(header.payload());
            return header.status();
        }

        private ByteBuffer exactly(int bytes) throws IOException {
            var buffer = ByteBuffer.allocate(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("the server has closed the connection");
                }
            }
            return buffer.flip();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
