package io.brume.storage.object.engine;

import io.brume.common.config.HostPort;
import io.brume.common.raft.RaftTuning;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.storage.block.Pace;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.GarbageCollector;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.BlobUpkeep;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.group.CopyScrubber;
import io.brume.storage.object.group.GroupSweep;
import io.brume.storage.object.group.GroupedData;
import io.brume.storage.object.group.SweepOptions;
import io.brume.storage.object.index.group.ForwardingIndex;
import io.brume.storage.object.index.group.IndexKeeper;
import io.brume.storage.object.index.group.IndexRole;
import io.brume.storage.object.index.wire.IndexService;
import io.brume.storage.object.wire.BlobService;
import io.brume.storage.object.wire.GrpcBlobs;
import io.brume.storage.peers.PeerCallers;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A storage node as far as objects go: a program that serves until it is killed. {@code EngineNode
 * FOLDER OWN NODES UNNAMED-SECONDS}, where the name of its own folder is the node's, and each line
 * of its input says who keeps the index.
 */
final class EngineNode {
    private static final RaftTuning TUNING = new RaftTuning(Duration.ofMillis(400), 2000, 1 << 20);
    private static final BlobOptions BLOBS = new BlobOptions(4 << 20, 1 << 20, 2, 0);
    private static final long RATE = 1L << 30;

    private EngineNode() {}

    /** What a node of the cloud is given; in this folder all find it. */
    static Identity identity(Path folder, String name) throws Exception {
        CertificateAuthority authority =
                CertificateAuthority.restore(
                        Files.readAllBytes(folder.resolve("authority.key")),
                        Files.readAllBytes(folder.resolve("authority.der")),
                        Time.system());
        KeyPair keys = Keys.generate();
        return new Identity(
                keys.getPrivate(),
                authority.certifyClient(
                        Keys.request(keys, "node"),
                        name,
                        Certificates.STORAGE_NODE,
                        Duration.ofHours(1)));
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path own = Path.of(arguments[1]);
        String self = own.getFileName().toString();
        EngineMap map = EngineMap.parse(arguments[2]);
        Duration unnamedFor = Duration.ofSeconds(Long.parseLong(arguments[3]));
        Time time = Time.system();
        SecureRandom random = new SecureRandom();
        Identity identity = identity(folder, self);
        PeerChannels channels = new PeerChannels(IndexService.MAX_MESSAGE_BYTES);
        channels.joined(() -> identity);
        IndexKeeper keeper =
                new IndexKeeper(
                        new IndexKeeper.Home(
                                self,
                                "127.0.0.1",
                                own.resolve("index"),
                                () -> identity,
                                TUNING,
                                time,
                                random));
        ForwardingIndex index = new ForwardingIndex(keeper, channels, time);
        DiskBlobs blobs =
                DiskBlobs.open(own.resolve("blobs"), BlockFiles.system(), BLOBS, time, random);
        GroupedData data =
                new GroupedData(map.placement(self), blobs, new GrpcBlobs(channels), time, random);
        serve(map.node(self).blobs(), identity, keeper, blobs);
        keepCopies(own, data, index, unnamedFor);
        var _ = new BlobUpkeep(blobs, new Pace(RATE, time));
        var _ =
                new GarbageCollector(
                        index,
                        data,
                        () -> keeper.role() == IndexRole.LEADER,
                        new GarbageCollector.Options(
                                Duration.ofMillis(100),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3)),
                        time);
        System.out.println("ready");
        listen(self, map, keeper);
    }

    private static void serve(int port, Identity identity, IndexKeeper keeper, DiskBlobs blobs)
            throws IOException {
        var _ =
                new PeerServer(
                        new PeerServer.Options(
                                "objects",
                                new HostPort("127.0.0.1", port),
                                PeerCallers.storageNodes("objects"),
                                IndexService.MAX_MESSAGE_BYTES,
                                256,
                                Executors.newVirtualThreadPerTaskExecutor()),
                        () -> identity,
                        List.of(new IndexService(keeper::local), new BlobService(blobs)));
    }

    private static void keepCopies(
            Path own, GroupedData data, ForwardingIndex index, Duration unnamedFor)
            throws IOException {
        Time time = Time.system();
        var _ =
                new GroupSweep(
                        data,
                        index::isNamed,
                        new SweepOptions(
                                Duration.ofMillis(100),
                                Duration.ofSeconds(2),
                                Duration.ofMillis(300),
                                Duration.ofSeconds(1),
                                unnamedFor),
                        new Pace(RATE, time),
                        time);
        var _ =
                new CopyScrubber(
                        data,
                        own.resolve("scrub"),
                        Duration.ofSeconds(1),
                        new Pace(RATE, time),
                        time);
    }

    private static void listen(String self, EngineMap map, IndexKeeper keeper) throws IOException {
        var words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = words.readLine(); line != null; line = words.readLine()) {
            keeper.follow(map.index(line));
            int members = map.index(line).members().size();
            boolean wanted = map.index(line).on(self).isPresent();
            while (wanted && !isMember(keeper, members)) {
                LockSupport.parkNanos(10_000_000);
            }
            System.out.println("joined " + members);
        }
        // Whoever started it is gone.
        Runtime.getRuntime().halt(1);
    }

    /** Whether this node is a member of a group of so many that has a leader. */
    private static boolean isMember(IndexKeeper keeper, int members) {
        return keeper.member()
                .filter(member -> member.members().size() == members)
                .filter(member -> member.role() != IndexRole.WAITING)
                .isPresent();
    }
}
