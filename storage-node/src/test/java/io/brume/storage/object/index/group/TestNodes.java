package io.brume.storage.object.index.group;

import io.brume.common.config.HostPort;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.storage.TestPorts;
import io.brume.storage.object.index.group.IndexGroup.Member;
import io.brume.storage.object.index.wire.IndexService;
import io.brume.storage.peers.PeerCallers;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerChannels.Peer;
import io.brume.storage.peers.PeerServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Storage nodes on the loopback, in one program, as far as the index needs them. */
final class TestNodes implements AutoCloseable {
    static final UUID GROUP = new UUID(0x6272756d65L, 2);
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RaftTuning TUNING =
            new RaftTuning(Duration.ofMillis(400), 20_000, 1 << 20);

    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Time.system());
    private final Path directory;
    private final List<Node> nodes = new ArrayList<>();

    TestNodes(Path directory) {
        this.directory = directory;
    }

    /** One node. */
    final class Node implements AutoCloseable {
        final Member member;
        final IndexKeeper keeper;
        final PeerChannels channels = new PeerChannels(IndexService.MAX_MESSAGE_BYTES);
        final ForwardingIndex index;
        private final PeerServer server;

        private Node(String id) throws IOException {
            Identity identity = identity(id, Certificates.STORAGE_NODE);
            channels.joined(() -> identity);
            keeper =
                    new IndexKeeper(
                            new IndexKeeper.Home(
                                    id,
                                    "127.0.0.1",
                                    directory.resolve(id),
                                    () -> identity,
                                    TUNING,
                                    Time.system(),
                                    new Random(id.hashCode())));
            index = new ForwardingIndex(keeper, channels, Time.system());
            server =
                    new PeerServer(
                            new PeerServer.Options(
                                    "index of " + id,
                                    new HostPort("127.0.0.1", 0),
                                    PeerCallers.storageNodes("indexes"),
                                    IndexService.MAX_MESSAGE_BYTES,
                                    1024,
                                    Executors.newVirtualThreadPerTaskExecutor()),
                            () -> identity,
                            List.of(new IndexService(keeper::local)));
            member =
                    new Member(
                            "member-of-" + id,
                            new HostPort("127.0.0.1", TestPorts.free()),
                            new Peer(id, new HostPort("127.0.0.1", server.port())));
        }

        @Override
        public void close() {
            server.close();
            keeper.close();
            channels.close();
        }
    }

    Identity identity(String name, String role) {
        try {
            KeyPair keys = Keys.generate();
            return new Identity(
                    keys.getPrivate(),
                    authority.certifyClient(
                            Keys.request(keys, "node"), name, role, Duration.ofHours(1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Node add(String id) throws IOException {
        Node node = new Node(id);
        nodes.add(node);
        return node;
    }

    /** Tells every node that there is who keeps the index. */
    void tell(boolean founded, Node... keepers) throws IOException {
        IndexGroup group =
                new IndexGroup(
                        GROUP, founded, Stream.of(keepers).map(node -> node.member).toList());
        for (Node node : nodes) {
            node.keeper.follow(group);
        }
    }

    void kill(Node node) {
        nodes.remove(node);
        node.close();
    }

    /** All at once: each waits for connections to end. */
    @Override
    public void close() {
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            nodes.forEach(node -> closing.execute(node::close));
        }
    }
}
