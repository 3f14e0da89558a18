package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.time.Time;
import io.brume.common.tls.IdentityFiles;
import io.brume.proto.node.v1.BlockServerFacts;
import io.brume.proto.node.v1.Role;
import io.brume.session.Joining;
import io.brume.session.Membership;
import io.brume.session.NodeSide;
import io.brume.session.Observations;
import io.brume.session.OwnAddress;
import io.brume.session.Questions;
import io.brume.session.Session;
import io.brume.storage.block.BlockStore;
import io.brume.storage.block.DiskBlockStore;
import io.brume.storage.block.Pace;
import io.brume.storage.chunks.ChunkFetcher;
import io.brume.storage.chunks.ChunkServer;
import io.brume.storage.chunks.GrpcChunkPeers;
import io.brume.storage.keep.ObjectKeeper;
import io.brume.storage.keep.ReplicaKeeper;
import io.brume.storage.scrub.Scrubber;
import io.brume.storage.wire.BlockCounters;
import io.brume.storage.wire.BlockServer;
import io.brume.storage.wire.Grants;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A storage node at work: joins, keeps what it was told, serves replicas, and talks with the
 * control plane. Whatever it serves it serves while the control plane is away. Thread-safe.
 */
final class RunningStorage implements AutoCloseable {
    private final Lifecycle life;
    private final String nodeId;
    private final BlockStore store;
    private final RunningObjects objects;
    private final Session session;

    private RunningStorage(
            Lifecycle life,
            String nodeId,
            BlockStore store,
            RunningObjects objects,
            Session session) {
        this.life = requireNonNull(life);
        this.store = requireNonNull(store);
        this.objects = requireNonNull(objects);
        this.nodeId = requireNonNull(nodeId);
        this.session = requireNonNull(session);
    }

    /**
     * Starts; waits for the control plane only to join a cloud for the first time.
     *
     * @param store opened; closed with this
     */
    static RunningStorage start(
            StorageSettings settings,
            String hostName,
            DiskBlockStore store,
            GrpcChunkPeers peers,
            MeterRegistry metrics,
            RandomGenerator random)
            throws Exception {
        var life = new Lifecycle("storage");
        life.onStop("blocks", store);
        life.onStop("chunks of others", peers);
        try {
            Membership membership =
                    new Joining(
                                    settings.control(),
                                    new IdentityFiles(settings.data().resolve("identity")),
                                    Role.ROLE_STORAGE_NODE,
                                    hostName,
                                    settings.zone(),
                                    random)
                            .join(settings.joinToken());
            return start(settings, hostName, store, peers, metrics, random, life, membership);
        } catch (Exception e) {
            life.close();
            throw e;
        }
    }

    private static RunningStorage start(
            StorageSettings settings,
            String hostName,
            DiskBlockStore store,
            GrpcChunkPeers peers,
            MeterRegistry metrics,
            RandomGenerator random,
            Lifecycle life,
            Membership membership)
            throws Exception {
        peers.joined(membership::identity);
        ChunkFetcher fetcher =
                life.start(
                        "chunk fetcher",
                        () ->
                                new ChunkFetcher(
                                        store,
                                        peers,
                                        new Pace(settings.chunksRate().bytes(), Time.system())));
        ChunkServer chunkServer =
                life.start(
                        "chunk server",
                        () ->
                                new ChunkServer(
                                        settings.chunksListen(),
                                        store.chunks().received(),
                                        store::freeBytes,
                                        membership::identity));
        var grants = new Grants();
        var observations = new Observations();
        Path data = settings.data();
        ReplicaKeeper keeper =
                life.start(
                        "replicas",
                        () ->
                                new ReplicaKeeper(
                                        store,
                                        fetcher,
                                        grants,
                                        observations,
                                        data.resolve("desired"),
                                        Time.system()));
        var counters = new BlockCounters();
        BlockServer server =
                life.start(
                        "block server",
                        () ->
                                new BlockServer(
                                        BlockServer.Options.standard(
                                                data.resolve("blocks.sock"),
                                                settings.blockListen()),
                                        grants,
                                        counters,
                                        membership::identity,
                                        Time.system()));
        var page = new StorageMetrics(metrics);
        if (settings.scrubRate().bytes() > 0) {
            page.scrub(
                    life.start(
                            "scrubber",
                            () ->
                                    new Scrubber(
                                            store,
                                            data.resolve("scrub"),
                                            settings.scrubEvery(),
                                            new Pace(settings.scrubRate().bytes(), Time.system()),
                                            () -> counters.bytesRead() + counters.bytesWritten(),
                                            Time.system())));
        }
        var disk = new DiskFacts(hostName, settings.zone(), data);
        page.disk(disk);
        page.requests(counters);
        page.blocks(store, server);
        RunningObjects objects =
                RunningObjects.start(
                        new RunningObjects.Node(
                                settings,
                                membership,
                                metrics,
                                random,
                                (listen, port) -> reachedAt(settings, listen, port)),
                        life);
        ObjectKeeper objectKeeper =
                life.start(
                        "object keeper",
                        () ->
                                new ObjectKeeper(
                                        objects, observations, data.resolve("desired-objects")));
        var host =
                new StorageHost(
                        disk,
                        reachedAt(settings, server, chunkServer),
                        objects.facts(),
                        keeper,
                        objectKeeper);
        var side =
                new NodeSide(
                        host,
                        Questions.NONE,
                        observations,
                        version(),
                        // Taking up what is desired waits for the disk in native calls.
                        Thread.ofPlatform().daemon().name("desired-state").factory());
        Session session =
                life.start("session", () -> new Session(membership, side, Time.system(), random));
        return new RunningStorage(life, membership.nodeId(), store, objects, session);
    }

    private static BlockServerFacts reachedAt(
            StorageSettings settings, BlockServer server, ChunkServer chunks) throws IOException {
        return BlockServerFacts.newBuilder()
                .setAddress(reachedAt(settings, settings.blockListen(), server.port()))
                .setSocket(server.socket().map(Path::toString).orElse(""))
                .setChunkAddress(reachedAt(settings, settings.chunksListen(), chunks.port()))
                .build();
    }

    private static String reachedAt(StorageSettings settings, HostPort listen, int port)
            throws IOException {
        return new HostPort(OwnAddress.reachedAt(listen, settings.control()), port).toString();
    }

    private static String version() {
        return Optional.ofNullable(RunningStorage.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    String nodeId() {
        return nodeId;
    }

    /**
     * Why nothing is served any more: the disk has failed. Only a new start can tell what is on it.
     */
    Optional<IOException> failure() {
        return store.failure().or(objects::failure);
    }

    boolean isConnected() {
        return session.isConnected();
    }

    /** Stops serving. What was written stays. */
    @Override
    public void close() {
        life.close();
    }
}
