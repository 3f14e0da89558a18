package io.brume.storage.object.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.brume.common.config.HostPort;
import io.brume.storage.faults.PowerCutDisk;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.group.BlobPeer;
import io.brume.storage.object.index.ListPage;
import io.brume.storage.object.index.ListRequest;
import io.brume.storage.object.index.ListedVersion;
import io.brume.storage.object.index.TestObjects;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Bucket;
import io.brume.storage.object.model.BucketName;
import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.ObjectVersion;
import io.brume.storage.object.wire.GrpcBlobs;
import io.brume.storage.peers.PeerChannels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three storage nodes under a load of clients, killed one at a time; at last the power of all is
 * cut, and their disks forget what was not flushed. When each node has all blobs again, one comes
 * back without its own and another with flipped bits. After each: every acknowledged object is
 * there with its own bytes, each key's history is linearizable, each node gets all blobs again; in
 * the end none has any that nobody names. {@code -Dbrume.kills=N} kills, {@code -Dbrume.seed=N}
 * which and when.
 */
@Timeout(300)
final class EngineKillIT {
    private static final int KILLS = Integer.getInteger("brume.kills", 2);
    private static final int DISK_BYTES = 400 << 20;
    private static final Duration OUTAGE = Duration.ofSeconds(15);
    private static final BucketName PLAIN = new BucketName("plain");
    private static final BucketName VERSIONED = new BucketName("versioned");

    @TempDir private Path folder;

    @Test
    void nothingAcknowledgedIsLostAndEveryKeyIsLinearizable() throws Exception {
        long seed = Long.getLong("brume.seed", ThreadLocalRandom.current().nextLong(1 << 20));
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Path plug = Files.createDirectory(folder.resolve("disk"));
        try (PowerCutDisk disk = new PowerCutDisk(plug, DISK_BYTES);
                EngineCluster cluster = new EngineCluster(folder, disk.mount());
                EngineGuest guest = new EngineGuest(folder, cluster.map)) {
            cluster.start(3600, EngineCluster.NAMES);
            guest.keepers(cluster.keepers());
            Bucket plain = bucket(guest, PLAIN);
            bucket(guest, VERSIONED);
            Bucket versioned =
                    guest.index.configure(
                            VERSIONED,
                            BucketSetting.VERSIONING,
                            Optional.of("<Status>Enabled</Status>"));
            cluster.grow();
            guest.keepers(cluster.keepers());
            try (EngineClients clients = new EngineClients(guest, plain, versioned)) {
                clients.start(seed);
                killSome(cluster, clients, random);
                System.out.println("measured: " + disk.cut(random.nextLong()));
                clients.end();
                assertThat(Duration.ofNanos(clients.outage.get()))
                        .as("the longest time without an acknowledged change")
                        .isLessThan(OUTAGE);
                cluster.close();
                disk.recover();
                cluster.start(3600, EngineCluster.NAMES);
                cluster.joined();
                verify(guest, clients);
                // What a node missed while it was away, or lost, is on two others until it is back.
                awaitCopies(cluster, named(guest));
                loseAndRot(cluster, random);
                verify(guest, clients);
            }
            Set<BlobId> named = named(guest);
            try (PeerChannels channels = cluster.channels()) {
                for (EngineMap.Node node : cluster.map.nodes()) {
                    hasJust(peer(channels, node), named);
                }
            }
        }
    }

    private static Bucket bucket(EngineGuest guest, BucketName name) {
        return guest.index.createBucket(name, TestObjects.OWNER, "local", false, Map.of());
    }

    private static void killSome(EngineCluster cluster, EngineClients clients, Random random)
            throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            String name = EngineCluster.NAMES.get(random.nextInt(EngineCluster.NAMES.size()));
            progress(clients, 20 + random.nextInt(60));
            cluster.kill(name);
            // With one node less everything goes on.
            progress(clients, 20 + random.nextInt(20));
            cluster.start(3600, List.of(name));
        }
        progress(clients, 60);
    }

    private static void progress(EngineClients clients, int changes) {
        long until = clients.acknowledged() + changes;
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> clients.acknowledged() >= until);
    }

    private static void awaitCopies(EngineCluster cluster, Set<BlobId> named) throws Exception {
        try (PeerChannels channels = cluster.channels()) {
            for (EngineMap.Node node : cluster.map.nodes()) {
                BlobPeer peer = peer(channels, node);
                Awaitility.await(node.name())
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(200))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(names(peer)).containsAll(named));
            }
        }
    }

    /** What one node keeps is lost, and that of another rots. */
    private static void loseAndRot(EngineCluster cluster, Random random) throws Exception {
        int lost = random.nextInt(EngineCluster.NAMES.size());
        String rotten = EngineCluster.NAMES.get((lost + 1) % EngineCluster.NAMES.size());
        cluster.close();
        delete(cluster.folder(EngineCluster.NAMES.get(lost)).resolve("blobs"));
        rot(cluster.folder(rotten).resolve("blobs"));
        cluster.start(0, EngineCluster.NAMES);
        cluster.joined();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void rot(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path :
                    all.filter(Files::isRegularFile)
                            .filter(path -> !path.toString().endsWith(".deaths"))
                            .toList()) {
                flip(path);
            }
        }
    }

    private static void flip(Path path) throws IOException {
        try (var file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (long at = 9000; at < file.size(); at += 70_000) {
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 4));
                file.write(one.flip(), at);
            }
        }
    }

    private static void verify(EngineGuest guest, EngineClients clients) throws IOException {
        for (Map.Entry<String, KeyHistory> one : clients.histories.entrySet()) {
            long began = System.nanoTime();
            Optional<ObjectVersion> found =
                    guest.index.find(PLAIN, new ObjectKey(one.getKey()), Optional.empty());
            String content =
                    found.flatMap(ObjectVersion::content).map(had -> had.etag()).orElse(null);
            one.getValue()
                    .add(
                            new KeyHistory.Call(
                                    new KeyHistory.Deed.Saw(content), began, System.nanoTime()));
            assertThat(one.getValue().isLinearizable())
                    .as("%s\n%s", one.getKey(), one.getValue())
                    .isTrue();
            if (found.isPresent() && content != null) {
                assertThat(guest.read(found.get())).isEqualTo(EngineGuest.bytes(content));
            }
        }
        Map<ObjectKey, Set<String>> listed = new HashMap<>();
        for (ListedVersion one : versions(guest)) {
            listed.computeIfAbsent(one.version().key(), key -> new HashSet<>())
                    .add(one.version().versionId().value());
        }
        for (EngineClients.Kept kept : clients.versions) {
            assertThat(listed.get(kept.key())).contains(kept.id().value());
            ObjectVersion version =
                    guest.index.find(VERSIONED, kept.key(), Optional.of(kept.id())).orElseThrow();
            assertThat(guest.read(version)).isEqualTo(EngineGuest.bytes(kept.content()));
        }
        assertThat(clients.versions).isNotEmpty();
    }

    private static List<ListedVersion> versions(EngineGuest guest) {
        List<ListedVersion> all = new ArrayList<>();
        ListRequest request = new ListRequest("", "", "", "", 100);
        ListPage<ListedVersion> page;
        do {
            page = guest.index.listVersions(VERSIONED, request);
            all.addAll(page.items());
            request = new ListRequest("", "", page.next(), page.nextId(), 100);
        } while (page.more());
        return all;
    }

    /** The blobs of all that there is. */
    private static Set<BlobId> named(EngineGuest guest) {
        Set<BlobId> named = new TreeSet<>();
        guest.index
                .list(PLAIN, new ListRequest("", "", "", "", 1000))
                .items()
                .forEach(item -> add(named, guest.index.find(PLAIN, item.key(), Optional.empty())));
        for (ListedVersion one : versions(guest)) {
            add(
                    named,
                    guest.index.find(
                            VERSIONED,
                            one.version().key(),
                            Optional.of(one.version().versionId())));
        }
        return named;
    }

    private static void add(Set<BlobId> named, Optional<ObjectVersion> version) {
        version.flatMap(ObjectVersion::content)
                .ifPresent(content -> content.blobs().stream().map(Blob::id).forEach(named::add));
    }

    private static BlobPeer peer(PeerChannels channels, EngineMap.Node node) {
        return new GrpcBlobs(channels).peer(node.name(), new HostPort("127.0.0.1", node.blobs()));
    }

    /** What was lost is back, what nobody names is gone, and all of it can be read. */
    private static void hasJust(BlobPeer peer, Set<BlobId> named) {
        Awaitility.await(peer.nodeId())
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(names(peer)).isEqualTo(named));
        Awaitility.await("rot of " + peer.nodeId())
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> isSound(peer, named));
    }

    private static Set<BlobId> names(BlobPeer peer) throws IOException {
        Set<BlobId> names = new TreeSet<>();
        for (int group = 0; group < 8; group++) {
            BlobId after = new BlobId((long) group << 48, 0);
            List<BlobId> page = peer.names(after, BlobPeer.MOST_NAMES);
            while (!page.isEmpty()) {
                names.addAll(page);
                page = peer.names(requireNonNull(page.getLast()), BlobPeer.MOST_NAMES);
            }
        }
        return names;
    }

    private static boolean isSound(BlobPeer peer, Set<BlobId> named) throws IOException {
        for (BlobId id : named) {
            for (var facts : peer.describe(List.of(id))) {
                try {
                    var _ = ContentBytes.read(peer.read(facts.blob(), 0, facts.blob().length()));
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return true;
    }
}
