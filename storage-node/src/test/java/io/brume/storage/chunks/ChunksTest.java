package io.brume.storage.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Keys;
import io.brume.common.tls.Trust;
import io.brume.proto.block.Blocks;
import io.brume.proto.block.v1.ChunksGrpc;
import io.brume.proto.block.v1.GetChunkRequest;
import io.brume.proto.block.v1.ListChunksRequest;
import io.brume.proto.block.v1.PutChunkRequest;
import io.brume.proto.node.v1.ChunkSource;
import io.brume.proto.node.v1.SnapshotSpec;
import io.brume.storage.block.BlockOptions;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Pace;
import io.brume.storage.block.Replica;
import io.brume.storage.block.ReplicaException;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.peer.PeerChannels;
import io.brume.storage.peer.PeerServer;
import io.brume.storage.scrub.Scrubber;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Storage nodes that give each other chunks, over mutual TLS on loopback. */
@Timeout(60)
final class ChunksTest {
    private static final int CHUNKS = 24;
    private static final long SIZE = (long) CHUNKS * Blocks.CHUNK;
    private static final BlockOptions OPTIONS =
            new BlockOptions(4 << 20, 4 << 20, 4, 1 << 20, 128 << 10);

    @TempDir Path folder;
    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Time.system());
    private final Random random = new Random(5);
    private final List<Node> nodes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private Node one;
    private Node two;

    private final class Node {
        final String id;
        final PeerChannels channels = new PeerChannels();
        final GrpcChunkPeers peers = new GrpcChunkPeers(channels);
        final DiskBlockStore store;
        final ChunkFetcher fetcher;
        final PeerServer server;
        private boolean closed;

        Node(String id) throws Exception {
            this.id = id;
            Identity identity = identity(id, Certificates.STORAGE_NODE);
            channels.joined(() -> identity);
            store =
                    DiskBlockStore.open(
                            folder.resolve(id), BlockFiles.system(), peers, OPTIONS, new Random());
            fetcher = new ChunkFetcher(store, peers, new Pace(1L << 30, Time.system()));
            server =
                    new PeerServer(
                            new HostPort("127.0.0.1", 0),
                            List.of(
                                    new PeerServer.Served(
                                            new ChunkService(
                                                    store.chunks().received(), store::freeBytes),
                                            ChunkService.AT_ONCE)),
                            () -> identity);
            nodes.add(this);
        }

        ChunkSource source() {
            return ChunkSource.newBuilder()
                    .setNodeId(id)
                    .setAddress("127.0.0.1:" + server.port())
                    .build();
        }

        void close() {
            if (!closed) {
                closed = true;
                server.close();
                fetcher.close();
                channels.close();
                store.close();
            }
        }
    }

    private Identity identity(String name, String role) throws Exception {
        KeyPair keys = Keys.generate();
        return new Identity(
                keys.getPrivate(),
                authority.certifyClient(
                        Keys.request(keys, "node"), name, role, Duration.ofHours(1)));
    }

    @BeforeEach
    void start() throws Exception {
        one = new Node("node-one");
        two = new Node("node-two");
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        nodes.forEach(Node::close);
    }

    private ChunksGrpc.ChunksBlockingStub dial(Node node, Identity as) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", node.server.port())
                        .sslContext(
                                GrpcSslContexts.configure(
                                                SslContextBuilder.forClient()
                                                        .keyManager(
                                                                new IdentityKeyManager(() -> as)),
                                                SslProvider.JDK)
                                        .protocols("TLSv1.3")
                                        .trustManager(Trust.node(authority.certificate(), node.id))
                                        .build())
                        .build();
        channels.add(channel);
        return ChunksGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(20));
    }

    private ChunksGrpc.ChunksBlockingStub control(Node node) throws Exception {
        return dial(node, identity("control-plane.brume.internal", ""));
    }

    private static ByteBuffer sums(byte[] bytes) {
        ByteBuffer sums = ByteBuffer.allocateDirect(bytes.length / Blocks.BLOCK * Long.BYTES);
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            sums.putLong(Blocks.sum(from));
        }
        return sums.flip();
    }

    private static void write(Replica replica, long offset, byte[] bytes) throws ReplicaException {
        replica.write(
                replica.lastSequence() + 1,
                offset,
                sums(bytes),
                ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private static byte[] read(Replica replica) throws ReplicaException {
        byte[] all = new byte[(int) SIZE];
        int part = Blocks.MOST_DATA;
        int sumBytes = part / Blocks.BLOCK * Long.BYTES;
        ByteBuffer into = ByteBuffer.allocateDirect(part + sumBytes);
        for (int at = 0; at < all.length; at += part) {
            if (replica.read(at, part, into.clear())) {
                into.flip().position(sumBytes).get(all, at, part);
            }
        }
        return all;
    }

    /** A snapshot on a node, with holes; gives what it holds. */
    private byte[] snapshot(Node node, String id) throws Exception {
        byte[] content = new byte[(int) SIZE];
        Replica replica = node.store.create("vol-" + id, SIZE, Optional.empty());
        for (int chunk = 0; chunk < CHUNKS; chunk += 1 + random.nextInt(2)) {
            int at = chunk * Blocks.CHUNK + random.nextInt(32) * Blocks.BLOCK;
            byte[] bytes = new byte[(1 + random.nextInt(60)) * Blocks.BLOCK];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, content, at, bytes.length);
            write(replica, at, bytes);
        }
        replica.cut(replica.lastSequence() + 1, id);
        awaitComplete(node, id);
        return content;
    }

    private static void awaitComplete(Node node, String id) {
        await().atMost(Duration.ofSeconds(20)).until(() -> isComplete(node, id));
    }

    private static boolean isComplete(Node node, String id) {
        return Optional.ofNullable(node.store.snapshots().get(id))
                .filter(BlockStore.Snapshot::isComplete)
                .isPresent();
    }

    private static void checkSnapshot(Node node, String id, byte[] content) throws Exception {
        Replica copy = node.store.create("vol-check-" + id, SIZE, Optional.of(id));
        assertThat(Arrays.equals(read(copy), content)).isTrue();
        node.store.delete("vol-check-" + id);
    }

    @Test
    void aSnapshotIsCopiedFromAnotherNode() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        SnapshotSpec spec =
                SnapshotSpec.newBuilder()
                        .setSnapshotId("snap-a")
                        .setSizeBytes(SIZE)
                        .addSources(
                                ChunkSource.newBuilder()
                                        .setNodeId("node-away")
                                        .setAddress("127.0.0.1:9"))
                        .addSources(one.source())
                        .build();
        two.fetcher.want(spec);
        awaitComplete(two, "snap-a");
        assertThat(two.fetcher.problem("snap-a")).isEmpty();
        one.close();
        checkSnapshot(two, "snap-a", content);
    }

    @Test
    void aCopyTakesOverWhatIsHere() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        SnapshotSpec spec =
                SnapshotSpec.newBuilder()
                        .setSnapshotId("snap-copy")
                        .setCopyOf("snap-a")
                        .setSizeBytes(SIZE)
                        .build();
        one.fetcher.want(spec);
        awaitComplete(one, "snap-copy");
        long files = chunkFiles(one).size();
        one.store.deleteSnapshot("snap-a");
        assertThat(chunkFiles(one)).hasSize((int) files);
        checkSnapshot(one, "snap-copy", content);
        // Where neither is here, the copied one is as good.
        two.fetcher.want(
                spec.toBuilder().setSnapshotId("snap-copy").addSources(one.source()).build());
        awaitComplete(two, "snap-copy");
        checkSnapshot(two, "snap-copy", content);
        one.store.deleteSnapshot("snap-copy");
        assertThat(chunkFiles(one)).isEmpty();
    }

    private List<Path> chunkFiles(Node node) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(node.id).resolve("chunks"))) {
            return files.filter(each -> each.toString().endsWith(".chunk")).toList();
        }
    }

    @Test
    void aVolumeBeginsAsASnapshotOfAnotherNode() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        assertThatThrownBy(() -> two.store.create("vol-b", SIZE, Optional.of("snap-a")))
                .hasMessageContaining("no other node is known");
        two.fetcher.sources("snap-a", List.of(one.source()));
        // At first nothing comes but what is needed at once.
        two.fetcher.close();
        Replica replica = two.store.create("vol-b", SIZE, Optional.of("snap-a"));
        byte[] few = new byte[3 * Blocks.BLOCK];
        random.nextBytes(few);
        for (int at : new int[] {0, 5 * Blocks.CHUNK - Blocks.BLOCK, 7 * Blocks.CHUNK}) {
            System.arraycopy(few, 0, content, at, few.length);
            write(replica, at, few);
        }
        replica.zero(replica.lastSequence() + 1, 9L * Blocks.CHUNK, 4096, false);
        Arrays.fill(content, 9 * Blocks.CHUNK, 9 * Blocks.CHUNK + 4096, (byte) 0);
        replica.cut(replica.lastSequence() + 1, "snap-b");
        byte[] cut = content.clone();
        // Longer than what is kept as single blocks, and not read before.
        int from = 10 * Blocks.CHUNK;
        int length = 9 * Blocks.CHUNK;
        replica.zero(replica.lastSequence() + 1, from, length, false);
        Arrays.fill(content, from, from + length, (byte) 0);
        write(replica, 0, few);
        System.arraycopy(few, 0, content, 0, few.length);
        assertThat(isComplete(two, "snap-b")).isFalse();
        try (var _ = new ChunkFetcher(two.store, two.peers, new Pace(1L << 30, Time.system()))) {
            awaitComplete(two, "snap-b");
        }
        one.close();
        checkSnapshot(two, "snap-b", cut);
        assertThat(Arrays.equals(read(replica), content)).isTrue();
    }

    @Test
    void aDamagedChunkIsFetchedAgain() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        two.fetcher.want(
                SnapshotSpec.newBuilder()
                        .setSnapshotId("snap-a")
                        .setSizeBytes(SIZE)
                        .addSources(one.source())
                        .build());
        awaitComplete(two, "snap-a");
        Replica replica = two.store.create("vol-b", SIZE, Optional.of("snap-a"));
        List<Path> files = chunkFiles(two);
        for (Path file : files.subList(0, 3)) {
            byte[] bytes = Files.readAllBytes(file);
            int at = random.nextInt(bytes.length);
            bytes[at] ^= 16;
            Files.write(file, bytes);
        }
        Files.delete(files.get(3));
        // A flipped bit of a hole's bytes hurts nobody, since holes are not read: it stays.
        assertThat(Arrays.equals(read(replica), content)).isTrue();
        assertThat(replica.corruptBlocks()).isZero();
    }

    @Test
    void aDamagedChunkThatNobodyReadsIsFetchedAgain() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        two.fetcher.want(
                SnapshotSpec.newBuilder()
                        .setSnapshotId("snap-a")
                        .setSizeBytes(SIZE)
                        .addSources(one.source())
                        .build());
        awaitComplete(two, "snap-a");
        for (Path file : chunkFiles(two).subList(0, 3)) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= 16;
            Files.write(file, bytes);
        }
        try (var scrubber =
                new Scrubber(
                        two.store,
                        folder.resolve("scrub"),
                        Duration.ofDays(1),
                        new Pace(1L << 30, Time.system()),
                        () -> 0,
                        Time.system())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> scrubber.rounds() == 1);
            assertThat(scrubber.damagedChunks()).isEqualTo(3);
            assertThat(scrubber.mendedChunks()).isEqualTo(3);
        }
        one.close();
        checkSnapshot(two, "snap-a", content);
    }

    @Test
    void aSnapshotIsWrittenFromOutside() throws Exception {
        byte[] content = snapshot(one, "snap-a");
        SnapshotSpec spec =
                SnapshotSpec.newBuilder()
                        .setSnapshotId("snap-w")
                        .setCopyOf("snap-a")
                        .setOpen(true)
                        .setSizeBytes(SIZE)
                        .build();
        one.fetcher.want(spec);
        await().until(() -> one.store.snapshots().containsKey("snap-w"));
        assertThat(isComplete(one, "snap-w")).isFalse();
        var stub = control(one);
        byte[] bytes = new byte[Blocks.CHUNK];
        for (int index : new int[] {0, 3, CHUNKS - 1, 3}) {
            random.nextBytes(bytes);
            if (index == 0) {
                Arrays.fill(bytes, (byte) 0);
            }
            System.arraycopy(bytes, 0, content, index * Blocks.CHUNK, bytes.length);
            stub.putChunk(put("snap-w", index, bytes));
        }
        assertRefused(Status.Code.NOT_FOUND, () -> stub.getChunk(get("snap-w", 3)));
        assertRefused(
                Status.Code.INVALID_ARGUMENT, () -> stub.putChunk(put("snap-w", CHUNKS, bytes)));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        stub.putChunk(
                                put("snap-w", 1, bytes).toBuilder()
                                        .setData(ByteString.copyFrom(new byte[Blocks.CHUNK]))
                                        .build()));
        assertRefused(
                Status.Code.FAILED_PRECONDITION, () -> stub.putChunk(put("snap-a", 1, bytes)));
        one.fetcher.want(spec.toBuilder().setOpen(false).build());
        awaitComplete(one, "snap-w");
        assertRefused(
                Status.Code.FAILED_PRECONDITION, () -> stub.putChunk(put("snap-w", 1, bytes)));
        checkSnapshot(one, "snap-w", content);
        byte[] got = stub.getChunk(get("snap-w", 3)).getData().toByteArray();
        assertThat(got).isEqualTo(Arrays.copyOfRange(content, 3 * Blocks.CHUNK, 4 * Blocks.CHUNK));
        assertThat(stub.getChunk(get("snap-w", 0)).getData().isEmpty()).isTrue();
    }

    private static PutChunkRequest put(String id, int index, byte[] bytes) {
        return PutChunkRequest.newBuilder()
                .setSnapshotId(id)
                .setIndex(index)
                .setData(ByteString.copyFrom(bytes))
                .setSha256(ByteString.copyFrom(ChunkService.sha256(ByteBuffer.wrap(bytes))))
                .build();
    }

    private static GetChunkRequest get(String id, int index) {
        return GetChunkRequest.newBuilder().setSnapshotId(id).setIndex(index).build();
    }

    private interface Call {
        void make();
    }

    private static void assertRefused(Status.Code code, Call call) {
        assertThatThrownBy(call::make)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
    }

    @Test
    void agentsAreNotServed() throws Exception {
        snapshot(one, "snap-a");
        var list = ListChunksRequest.newBuilder().setSnapshotId("snap-a").build();
        var agent = dial(one, identity("node-agent", ""));
        assertRefused(Status.Code.PERMISSION_DENIED, () -> agent.listChunks(list).next());
        var peer = dial(one, identity("node-other", Certificates.STORAGE_NODE));
        assertThat(peer.listChunks(list).next().getRowsCount()).isPositive();
    }
}
