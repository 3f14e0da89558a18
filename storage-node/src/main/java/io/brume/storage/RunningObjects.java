package io.brume.storage;

import static java.util.Objects.requireNonNull;

import io.brume.common.config.HostPort;
import io.brume.common.lifecycle.Lifecycle;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.common.tls.IdentityKeyManager;
import io.brume.common.tls.Trust;
import io.brume.proto.node.v1.ObjectServerFacts;
import io.brume.proto.node.v1.ObjectStoreObservation;
import io.brume.proto.node.v1.ObjectStoreSpec;
import io.brume.proto.node.v1.PlacementGroupObservation;
import io.brume.session.ControlCalls;
import io.brume.session.Membership;
import io.brume.storage.block.Pace;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.keep.ObjectKeeper;
import io.brume.storage.object.GarbageCollector;
import io.brume.storage.object.access.ControlPlaneKeys;
import io.brume.storage.object.access.LegacyAnswers;
import io.brume.storage.object.access.RemoteAccountKeys;
import io.brume.storage.object.access.RemoteCredentials;
import io.brume.storage.object.access.RemoteV2Signatures;
import io.brume.storage.object.archive.RestoreRounds;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.BlobUpkeep;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.group.Claims;
import io.brume.storage.object.group.CopyScrubber;
import io.brume.storage.object.group.GroupSweep;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.group.PlacementMap;
import io.brume.storage.object.group.SweepOptions;
import io.brume.storage.object.index.StoredIndex;
import io.brume.storage.object.index.group.ForwardingIndex;
import io.brume.storage.object.index.group.IndexKeeper;
import io.brume.storage.object.index.group.IndexMember;
import io.brume.storage.object.index.group.IndexRole;
import io.brume.storage.object.index.wire.IndexService;
import io.brume.storage.object.s3.accesslog.AccessLogs;
import io.brume.storage.object.s3.config.BucketRounds;
import io.brume.storage.object.s3.config.LifecyclePass;
import io.brume.storage.object.s3.delivery.Deliveries;
import io.brume.storage.object.s3.door.ConfiguredDoor;
import io.brume.storage.object.s3.door.S3Door;
import io.brume.storage.object.s3.encryption.Encryptions;
import io.brume.storage.object.s3.http.Listener;
import io.brume.storage.object.s3.http.S3Server;
import io.brume.storage.object.s3.http.ServerLimits;
import io.brume.storage.object.s3.inventory.InventoryPass;
import io.brume.storage.object.wire.BlobService;
import io.brume.storage.object.wire.GrpcBlobs;
import io.brume.storage.peers.PeerCallers;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerServer;
import io.brume.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of the object store: its blobs, its member of the index, its front door. Put
 * together by hand, taken apart by the life that it is given. What the control plane says comes by
 * the keeper's one thread.
 */
final class RunningObjects implements ObjectKeeper.Part {
    /** The name that the authority gives to nobody but the control plane. */
    private static final String CONTROL_PLANE = "control-plane.brume.internal";

    private static final int CALLS_OF_A_CONNECTION = 256;
    private static final Duration LOGS_EVERY = Duration.ofMinutes(5);
    private static final Duration RESTORES_EVERY = Duration.ofSeconds(1);
    private static final Duration ROUND_EVERY = Duration.ofHours(1);

    /**
     * What it needs of its node.
     *
     * @param random thread-safe; nobody guesses it
     * @param reachedAt makes the address that others reach a listener at
     */
    record Node(
            StorageSettings settings,
            Membership membership,
            MeterRegistry metrics,
            RandomGenerator random,
            ReachedAt reachedAt) {}

    /** See {@link Node}. */
    @FunctionalInterface
    interface ReachedAt {
        String of(HostPort listen, int port) throws IOException;
    }

    private final Node node;
    private final Lifecycle life;
    private final Time time = Time.system();
    private final IndexKeeper keeper;
    private final ForwardingIndex index;
    private final DiskBlobs blobs;
    private final GroupedData data;
    private final Deliveries deliveries;
    private final AccessLogs logs;
    private final S3Gate gate = new S3Gate();
    private final SigV4VerifierParts signatures;
    private final RemoteAccountKeys encryptionKeys;
    private final ObjectServerFacts facts;

    /** Groups that this node has been complete in, at their epochs. */
    private final Map<Integer, Long> complete = new ConcurrentHashMap<>();

    private @Nullable GroupSweep sweep;
    private @Nullable Word word;

    /** The last word, and what of it this node may be complete in. */
    private record Word(long generation, ObjectStoreSpec spec, Map<Integer, Long> completable) {}

    /** What signatures are verified by. */
    private record SigV4VerifierParts(ControlPlaneKeys keys, LegacyAnswers legacy) {}

    private RunningObjects(Node node, Lifecycle life) throws Exception {
        this.node = requireNonNull(node);
        this.life = requireNonNull(life);
        var settings = node.settings();
        var membership = node.membership();
        Path folder = Files.createDirectories(settings.data().resolve("objects"));
        var channels =
                life.start(
                        "channels to other nodes",
                        () -> new PeerChannels(IndexService.MAX_MESSAGE_BYTES));
        channels.joined(membership::identity);
        var calls = life.start("control calls", () -> new ControlCalls(membership));
        var keys = new ControlPlaneKeys(calls);
        signatures =
                new SigV4VerifierParts(keys, new LegacyAnswers(new RemoteV2Signatures(keys, time)));
        encryptionKeys = new RemoteAccountKeys(keys);
        var indexListen =
                StablePort.of(settings.objects().indexListen(), folder.resolve("index.port"));
        keeper =
                life.start(
                        "index member",
                        () ->
                                new IndexKeeper(
                                        new IndexKeeper.Home(
                                                membership.nodeId(),
                                                indexListen.host(),
                                                folder.resolve("index"),
                                                membership::identity,
                                                RaftTuning.DEFAULT,
                                                time,
                                                node.random())));
        index = new ForwardingIndex(keeper, channels, time);
        blobs = life.start("blobs", () -> openBlobs(folder));
        data =
                life.start(
                        "object data",
                        () ->
                                new GroupedData(
                                        PlacementMap.alone(membership.nodeId()),
                                        blobs,
                                        new GrpcBlobs(channels),
                                        time,
                                        node.random()));
        deliveries = new Deliveries(index, data, new Encryptions(encryptionKeys, node.random()));
        logs =
                life.start(
                        "access logs",
                        () -> new AccessLogs(index, deliveries, time, node.random(), LOGS_EVERY));
        var peers = life.start("peer server", this::servePeers);
        var s3 = life.start("S3 server", this::serveS3);
        facts =
                ObjectServerFacts.newBuilder()
                        .setPeerAddress(at(settings.objects().peerListen(), peers.port()))
                        .setIndexAddress(at(indexListen, indexListen.port()))
                        .setS3Address(at(settings.objects().s3Listen(), s3.ports().getFirst()))
                        .setForwardAddress(
                                at(settings.objects().forwardListen(), s3.ports().getLast()))
                        .build();
        new ObjectMetrics(node.metrics()).of(keeper, blobs, data, s3);
    }

    /** Listens at once; serves once the control plane has said, now or before a restart. */
    static RunningObjects start(Node node, Lifecycle life) throws Exception {
        return new RunningObjects(node, life);
    }

    private String at(HostPort listen, int port) throws IOException {
        return node.reachedAt().of(listen, port);
    }

    private DiskBlobs openBlobs(Path folder) throws IOException {
        var standard = BlobOptions.STANDARD;
        return DiskBlobs.open(
                folder.resolve("blobs"),
                BlockFiles.system(),
                new BlobOptions(
                        standard.segmentBytes(),
                        standard.smallBytes(),
                        standard.lanes(),
                        node.settings().blockReserve().bytes()),
                time,
                node.random());
    }

    private PeerServer servePeers() throws IOException {
        return new PeerServer(
                new PeerServer.Options(
                        "objects",
                        node.settings().objects().peerListen(),
                        PeerCallers.storageNodes("objects"),
                        IndexService.MAX_MESSAGE_BYTES,
                        CALLS_OF_A_CONNECTION,
                        Executors.newVirtualThreadPerTaskExecutor()),
                node.membership()::identity,
                List.of(new IndexService(keeper::local), new BlobService(blobs)));
    }

    private S3Server serveS3() throws IOException {
        var clients = node.settings().objects().s3Listen();
        var forward = node.settings().objects().forwardListen();
        return S3Server.start(
                List.of(
                        Listener.plain(clients.host(), clients.port()),
                        Listener.forwarded(forward.host(), forward.port(), controlPlaneOnly())),
                ServerLimits.standard(),
                gate,
                time);
    }

    private SslContext controlPlaneOnly() throws IOException {
        var identity = node.membership().identity();
        return SslContextBuilder.forServer(new IdentityKeyManager(node.membership()::identity))
                // The first is the control plane's choice, and none of Netty's own.
                .ciphers(List.of("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"))
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(Trust.program(identity.authority(), CONTROL_PLANE))
                .build();
    }

    ObjectServerFacts facts() {
        return facts;
    }

    /** Why nothing is kept any more. */
    Optional<IOException> failure() {
        return blobs.failure();
    }

    @Override
    public void become(long generation, ObjectStoreSpec spec) throws IOException {
        var self = node.membership().nodeId();
        if (!spec.hasIndex() || spec.getGroupsCount() == 0) {
            return;
        }
        keeper.follow(ObjectWords.index(spec));
        data.place(ObjectWords.placement(generation, self, spec));
        var last = word;
        word = new Word(generation, spec, ObjectWords.completable(self, spec));
        if (sweep == null) {
            keepCopies();
        }
        boolean open = gate.isOpen();
        boolean news =
                last == null
                        || !last.spec().getRegion().equals(spec.getRegion())
                        || !last.spec().getDomainsList().equals(spec.getDomainsList());
        if (spec.getIndex().getFounded() && (!open || news)) {
            gate.open(door(spec));
        }
    }

    /** From the first word on, or this node would look after copies that it knows nothing of. */
    private void keepCopies() throws IOException {
        var settings = node.settings();
        try {
            life.start(
                    "blob upkeep",
                    () -> new BlobUpkeep(blobs, new Pace(settings.chunksRate().bytes(), time)));
            sweep =
                    life.start(
                            "copies",
                            () ->
                                    new GroupSweep(
                                            data,
                                            claims(),
                                            SweepOptions.STANDARD,
                                            new Pace(settings.chunksRate().bytes(), time),
                                            time));
            if (settings.scrubRate().bytes() > 0) {
                life.start(
                        "copy scrubber",
                        () ->
                                new CopyScrubber(
                                        data,
                                        settings.data().resolve("objects/scrub"),
                                        settings.scrubEvery(),
                                        new Pace(settings.scrubRate().bytes(), time),
                                        time));
            }
            life.start(
                    "garbage collector",
                    () ->
                            new GarbageCollector(
                                    index,
                                    data,
                                    () -> keeper.role() == IndexRole.LEADER,
                                    GarbageCollector.Options.STANDARD,
                                    time));
            var day = settings.objects().day();
            var pause = day.dividedBy(24);
            var every = pause.compareTo(ROUND_EVERY) < 0 ? pause : ROUND_EVERY;
            life.start(
                    "life cycles",
                    () ->
                            new BucketRounds(
                                    "life cycles",
                                    this::leading,
                                    LifecyclePass.ofEach(data, time, day),
                                    every));
            life.start(
                    "inventories",
                    () ->
                            new BucketRounds(
                                    "inventories",
                                    this::leading,
                                    new InventoryPass(deliveries, time, node.random(), day),
                                    every));
            life.start(
                    "restorations",
                    () ->
                            new RestoreRounds(
                                    () -> led().map(own -> own), data, time, RESTORES_EVERY));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("copies cannot be looked after", e);
        }
    }

    /** Rounds through the whole index are the leader's, over its own rows. */
    private Optional<StoredIndex> led() {
        return keeper.role() == IndexRole.LEADER ? keeper.local() : Optional.empty();
    }

    private Optional<BucketRounds.Leading> leading() {
        return led().map(own -> new BucketRounds.Leading(own, own, own));
    }

    private Claims claims() {
        return (blob, claim) -> {
            try {
                return index.isNamed(blob, claim);
            } catch (StoreUnavailableException e) {
                throw new IOException("the index does not answer", e);
            }
        };
    }

    private S3Door door(ObjectStoreSpec spec) {
        var region = spec.getRegion();
        return ConfiguredDoor.of(
                new ConfiguredDoor.Behind(index, data, logs),
                new ConfiguredDoor.Keys(
                        new RemoteCredentials(signatures.keys(), region, time),
                        signatures.legacy(),
                        encryptionKeys),
                new ConfiguredDoor.Place(region, spec.getDomainsList()),
                node.settings().objects().restores(),
                node.metrics(),
                time,
                node.random());
    }

    @Override
    public ObjectStoreObservation.Builder seen() {
        var self = node.membership().nodeId();
        var seen = ObjectStoreObservation.newBuilder().setBlobs(blobs.counts().blobs());
        seen.setStoredBytes(blobs.counts().liveBytes());
        blobs.failure().ifPresent(failure -> seen.setProblem(String.valueOf(failure)));
        var last = word;
        if (last == null) {
            return seen.setIndexRole(ObjectStoreObservation.IndexRole.INDEX_ROLE_WAITING);
        }
        var spec = last.spec();
        var role = keeper.role();
        boolean wanted =
                spec.getIndex().getMembersList().stream()
                        .anyMatch(member -> member.getNodeId().equals(self));
        seen.setIndexRole(ObjectWords.role(role, wanted))
                .setIndexGroupId(spec.getIndex().getGroupId());
        if (role == IndexRole.LEADER) {
            keeper.member().map(IndexMember::members).ifPresent(seen::addAllIndexMembers);
        }
        var copies = sweep;
        if (copies != null && copies.cleanVersion() >= last.generation()) {
            complete.putAll(last.completable());
        }
        for (var group : spec.getGroupsList()) {
            if (ObjectWords.member(self, group).isPresent()) {
                seen.addGroups(
                        PlacementGroupObservation.newBuilder()
                                .setNumber(group.getNumber())
                                .setCompleteEpoch(complete.getOrDefault(group.getNumber(), 0L)));
            }
        }
        return seen;
    }
}
