package io.brume.storage.wire;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.storage.block.InMemoryBlockStore;
import io.brume.storage.block.InMemoryReplica;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A block server over replicas in memory, and the cloud's authority. */
final class TestServer implements AutoCloseable {
    static final long SIZE = 1L << 30;

    final CertificateAuthority authority = CertificateAuthority.create("test", Time.system());
    final InMemoryBlockStore store = new InMemoryBlockStore();
    final Grants grants = new Grants();
    final BlockCounters counters = new BlockCounters();
    final BlockServer server;

    TestServer(Path folder) throws Exception {
        this(folder, UnaryOperator.identity());
    }

    TestServer(Path folder, UnaryOperator<BlockServer.Options> options) throws Exception {
        Identity identity = node("i-storage");
        Supplier<Identity> shown = () -> identity;
        server =
                new BlockServer(
                        options.apply(
                                BlockServer.Options.standard(
                                        folder.resolve("blocks.sock"),
                                        new HostPort("127.0.0.1", 0))),
                        grants,
                        counters,
                        shown,
                        Time.system());
    }

    Identity node(String name) throws GeneralSecurityException, IOException {
        KeyPair keys = Keys.generate();
        return new Identity(
                keys.getPrivate(),
                authority.certifyClient(Keys.request(keys, "node"), name, Duration.ofHours(1)));
    }

    /** A replica that a node may open. */
    InMemoryReplica replica(String volumeId, long epoch, String writer) throws Exception {
        store.create(volumeId, SIZE, Optional.empty());
        InMemoryReplica replica = store.known(volumeId);
        grants.grant(replica, epoch, writer);
        return replica;
    }

    TestClient dial() throws IOException {
        return TestClient.unix(server.socket().orElseThrow());
    }

    /** A connection that has opened a replica. */
    TestClient dial(String volumeId, long epoch) throws IOException {
        TestClient client = dial();
        client.opened(volumeId, epoch);
        return client;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
