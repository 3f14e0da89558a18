package io.brume.control.fleet.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.domain.volume.StorageNode;
import io.brume.control.fleet.Chunks;
import io.brume.control.fleet.Chunks.ChunkException;
import io.brume.control.fleet.Chunks.Problem;
import io.grpc.Status;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrpcChunksTest {
    private static final SnapshotId ID = new SnapshotId("snap-0000000000000000a");
    private static final String NODE = "node-0000000000000000a";
    private static final byte[] DATA = data();

    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Time.system());
    private final GrpcChunks chunks = new GrpcChunks(authority, Time.system());
    private ChunkServer server;

    GrpcChunksTest() throws IOException {
        server = new ChunkServer(authority, NODE);
    }

    @BeforeEach
    void keepSome() throws Exception {
        server.put(3, ByteString.copyFrom(DATA), sha256(DATA));
    }

    @AfterEach
    void close() {
        chunks.close();
        server.close();
    }

    private static byte[] data() {
        byte[] data = new byte[Chunks.CHUNK];
        new Random(7).nextBytes(data);
        return data;
    }

    private static ByteString sha256(byte[] data) throws Exception {
        return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private StorageNode node() {
        return node(server.address());
    }

    private static StorageNode node(String address) {
        return new StorageNode(new NodeId(NODE), "a", "host", "", "", address, Optional.empty());
    }

    private static Problem problem(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ChunkException.class, call);
        assertThat(thrown).isNotNull();
        return thrown.problem();
    }

    @Test
    void chunksAreWrittenReadAndListed() throws Exception {
        chunks.put(node(), ID, 7, DATA);
        assertThat(server.chunks).containsOnlyKeys(3, 7);
        assertThat(server.chunks.get(7)).isEqualTo(server.chunks.get(3));
        assertThat(chunks.get(node(), ID, 7)).isEqualTo(DATA);
        assertThat(chunks.get(node(), ID, 4)).isEqualTo(new byte[Chunks.CHUNK]);
        var rows = chunks.list(node(), ID, 0, 100);
        assertThat(rows).extracting(Chunks.Row::index).containsExactly(3, 7);
        assertThat(rows.getFirst().sha256()).isEqualTo(sha256(DATA).toByteArray());
        assertThat(chunks.list(node(), ID, 4, 100)).hasSize(1);
        assertThat(chunks.list(node(), ID, 8, 100)).isEmpty();
        assertThat(server.callers).containsOnly(GrpcFleet.SERVER_NAME);
    }

    @Test
    void aListEndsAsSoonAsThereIsEnough() throws Exception {
        var name = sha256(DATA);
        for (int i = 0; i < 200_000; i++) {
            server.put(10 + i, ByteString.EMPTY, name);
        }
        assertThat(chunks.list(node(), ID, 0, 150)).hasSize(150);
        assertThat(server.rowsSent).hasValueLessThan(200_000);
        assertThat(chunks.list(node(), ID, 0, 1_000_000)).hasSize(200_001);
    }

    @Test
    void whatANodeCannotDoIsSaid() {
        var expected =
                Map.of(
                        Status.NOT_FOUND, Problem.ABSENT,
                        Status.FAILED_PRECONDITION, Problem.ABSENT,
                        Status.DATA_LOSS, Problem.DAMAGED,
                        Status.RESOURCE_EXHAUSTED, Problem.FULL,
                        Status.UNAVAILABLE, Problem.AWAY,
                        Status.UNIMPLEMENTED, Problem.AWAY);
        expected.forEach((status, problem) -> {
            server.failure = java.util.Optional.of(status);
            assertThat(problem(() -> chunks.get(node(), ID, 3))).isEqualTo(problem);
            assertThat(problem(() -> chunks.put(node(), ID, 3, DATA))).isEqualTo(problem);
            assertThat(problem(() -> chunks.list(node(), ID, 3, 5))).isEqualTo(problem);
        });
    }

    @Test
    void whatIsNotWhatItsNameSaysIsNotBelieved() throws Exception {
        byte[] flipped = DATA.clone();
        flipped[99] ^= 1;
        server.put(3, ByteString.copyFrom(flipped), sha256(DATA));
        server.put(4, ByteString.copyFrom(DATA, 0, 5), sha256(DATA));
        server.put(5, ByteString.EMPTY, sha256(DATA));
        for (int index = 3; index < 6; index++) {
            int at = index;
            assertThat(problem(() -> chunks.get(node(), ID, at))).isEqualTo(Problem.DAMAGED);
        }
        server.put(6, ByteString.EMPTY, ByteString.copyFromUtf8("short"));
        assertThat(problem(() -> chunks.list(node(), ID, 0, 9))).isEqualTo(Problem.DAMAGED);
    }

    @Test
    void aNodeMayMoveAndComeBack() throws Exception {
        assertThat(chunks.get(node(), ID, 3)).isEqualTo(DATA);
        var before = node();
        server.close();
        assertThat(problem(() -> chunks.get(before, ID, 3))).isEqualTo(Problem.AWAY);
        server = new ChunkServer(authority, NODE);
        keepSome();
        assertThat(chunks.get(node(), ID, 3)).isEqualTo(DATA);
        assertThat(problem(() -> chunks.get(node(""), ID, 3))).isEqualTo(Problem.AWAY);
        assertThat(problem(() -> chunks.get(node("nonsense"), ID, 3))).isEqualTo(Problem.AWAY);
    }

    @Test
    void onlyTheNodeThatIsMeantIsBelieved() throws Exception {
        try (var other = new ChunkServer(authority, "node-0000000000000000b");
                var stranger =
                        new ChunkServer(
                                CertificateAuthority.create("other", Time.system()), NODE)) {
            for (var impostor : java.util.List.of(other, stranger)) {
                impostor.put(3, ByteString.copyFrom(DATA), sha256(DATA));
                assertThat(problem(() -> chunks.get(node(impostor.address()), ID, 3)))
                        .isEqualTo(Problem.AWAY);
                assertThat(impostor.callers).isEmpty();
            }
        }
    }
}
