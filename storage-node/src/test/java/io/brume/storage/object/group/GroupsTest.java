package io.brume.storage.object.group;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.brume.common.config.HostPort;
import io.brume.common.time.Time;
import io.brume.common.tls.CertificateAuthority;
import io.brume.common.tls.Certificates;
import io.brume.common.tls.Identity;
import io.brume.common.tls.Keys;
import io.brume.storage.block.Pace;
import io.brume.storage.block.files.BlockFiles;
import io.brume.storage.object.blob.BlobOptions;
import io.brume.storage.object.blob.DiskBlobs;
import io.brume.storage.object.data.BlobClaim;
import io.brume.storage.object.data.ContentBytes;
import io.brume.storage.object.data.ContentWriter;
import io.brume.storage.object.model.Blob;
import io.brume.storage.object.model.BlobId;
import io.brume.storage.object.model.Coding;
import io.brume.storage.object.model.ObjectKey;
import io.brume.storage.object.model.Redundancy;
import io.brume.storage.object.wire.BlobService;
import io.brume.storage.object.wire.GrpcBlobs;
import io.brume.storage.peers.PeerCallers;
import io.brume.storage.peers.PeerChannels;
import io.brume.storage.peers.PeerServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Storage nodes that keep blobs together, over mutual TLS on loopback. */
@Timeout(120)
final class GroupsTest {
    private static final BlobClaim CLAIM = new BlobClaim(7, new ObjectKey("key"), Optional.empty());
    private static final BlobOptions BLOBS = new BlobOptions(8 << 20, 1 << 20, 1, 0);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir Path folder;
    private final CertificateAuthority authority =
            CertificateAuthority.create("test", Time.system());
    private final Random random = new Random(11);
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<Integer, List<String>> groups = new HashMap<>();

    /** What the index would name. */
    private final Set<BlobId> named = ConcurrentHashMap.newKeySet();

    /** Whether what is written now is to be named. */
    private volatile boolean naming;

    private Duration unnamedFor = Duration.ofDays(1);

    private final class Node implements AutoCloseable {
        final String id;
        final DiskBlobs blobs;
        final PeerChannels channels = new PeerChannels(1 << 20);
        final PeerServer server;
        final GroupedData data;
        final GroupSweep sweep;

        Node(String id) throws Exception {
            this.id = id;
            KeyPair keys = Keys.generate();
            var identity =
                    new Identity(
                            keys.getPrivate(),
                            authority.certifyClient(
                                    Keys.request(keys, "node"),
                                    id,
                                    Certificates.STORAGE_NODE,
                                    Duration.ofHours(1)));
            channels.joined(() -> identity);
            blobs =
                    DiskBlobs.open(
                            folder.resolve(id),
                            BlockFiles.system(),
                            BLOBS,
                            Time.system(),
                            new Random());
            server =
                    new PeerServer(
                            new PeerServer.Options(
                                    "blobs",
                                    new HostPort("127.0.0.1", 0),
                                    PeerCallers.storageNodes("blobs"),
                                    1 << 20,
                                    256,
                                    Executors.newVirtualThreadPerTaskExecutor()),
                            () -> identity,
                            List.of(new BlobService(blobs)));
            data =
                    new GroupedData(
                            map(id),
                            blobs,
                            new GrpcBlobs(channels),
                            Time.system(),
                            new Random(id.hashCode()));
            sweep =
                    new GroupSweep(
                            data,
                            (blob, claim) -> naming || named.contains(blob.id()),
                            new SweepOptions(
                                    Duration.ofMillis(50), SECOND, SECOND, SECOND, unnamedFor),
                            new Pace(1L << 30, Time.system()),
                            Time.system());
        }

        @Override
        public void close() {
            server.close();
            sweep.close();
            data.close();
            channels.close();
            blobs.close();
        }
    }

    private PlacementMap map(String self) {
        Map<String, HostPort> addresses = new HashMap<>();
        nodes.forEach(
                (id, node) -> addresses.put(id, new HostPort("127.0.0.1", node.server.port())));
        return new PlacementMap(1, self, groups, addresses);
    }

    private Node start(String id) throws Exception {
        nodes.put(id, new Node(id));
        place();
        return requireNonNull(nodes.get(id));
    }

    private void place() {
        nodes.forEach((id, node) -> node.data.place(map(id)));
    }

    private void kill(Node node) {
        node.close();
        nodes.remove(node.id);
    }

    @BeforeEach
    void begin() throws Exception {
        for (int group = 0; group < 8; group++) {
            groups.put(group, List.of("one", "two", "three"));
        }
        start("one");
        start("two");
        start("three");
    }

    @AfterEach
    void end() {
        List.copyOf(nodes.values()).forEach(this::kill);
    }

    private Node node(String id) {
        return requireNonNull(nodes.get(id));
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<Blob> write(Node node, byte[] bytes, Redundancy redundancy) throws IOException {
        try (ContentWriter writer = node.data.write(CLAIM, bytes.length, redundancy)) {
            writer.write(ByteBuffer.wrap(bytes));
            List<Blob> blobs = writer.finish();
            blobs.forEach(blob -> named.add(blob.id()));
            return blobs;
        }
    }

    private List<Blob> write(Node node, byte[] bytes) throws IOException {
        naming = true;
        List<Blob> blobs = ContentBytes.write(node.data, CLAIM, bytes, bytes.length);
        blobs.forEach(blob -> named.add(blob.id()));
        naming = false;
        return blobs;
    }

    private static byte[] read(Node node, List<Blob> blobs, int size) throws IOException {
        return ContentBytes.read(node.data.read(blobs, 0, size));
    }

    private static boolean hasAll(Node node, List<Blob> blobs) {
        return blobs.stream().allMatch(blob -> node.blobs.has(blob.id()));
    }

    @Test
    void everyNodeHasWhatOneOfThemWrote() throws Exception {
        for (int size : new int[] {1, 70_000, 1 << 20, 3_000_000, (64 << 20) + 5}) {
            byte[] bytes = bytes(size);
            List<Blob> stored = write(node("two"), bytes);
            for (Node node : nodes.values()) {
                assertThat(hasAll(node, stored)).isTrue();
                assertThat(read(node, stored, size)).isEqualTo(bytes);
            }
            node("one").data.free(stored);
            assertThat(nodes.values()).noneMatch(node -> hasAll(node, stored));
        }
    }

    @Test
    void aNodeKilledInMidWriteHoldsNothingUpAndIsFilledUpWhenItIsBack() throws Exception {
        byte[] large = bytes(20_000_000);
        List<Blob> stored;
        try (ContentWriter writer = node("one").data.write(CLAIM, large.length)) {
            writer.write(ByteBuffer.wrap(large, 0, 5_000_000));
            kill(node("three"));
            writer.write(ByteBuffer.wrap(large, 5_000_000, 15_000_000));
            stored = writer.finish();
        }
        stored.forEach(blob -> named.add(blob.id()));
        List<Blob> small = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            small.addAll(write(node("two"), bytes(1000 + i)));
        }
        assertThat(read(node("one"), stored, large.length)).isEqualTo(large);
        assertThat(read(node("two"), stored, large.length)).isEqualTo(large);
        Node back = start("three");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> hasAll(back, stored) && hasAll(back, small));
        kill(node("one"));
        kill(node("two"));
        assertThat(read(back, stored, large.length)).isEqualTo(large);
        assertThat(back.data.counts().fetched()).isGreaterThanOrEqualTo(50);
    }

    @Test
    void whatWasDeletedWhileANodeWasAwayGoesThereTooAndDoesNotComeBack() throws Exception {
        unnamedFor = Duration.ZERO;
        List<Blob> stored = write(node("one"), bytes(200_000));
        List<Blob> others = write(node("one"), bytes(300_000));
        kill(node("three"));
        stored.forEach(blob -> named.remove(blob.id()));
        node("one").data.free(stored);
        Node back = start("three");
        assertThat(hasAll(back, others)).isTrue();
        await().atMost(Duration.ofSeconds(20)).until(() -> !hasAll(back, stored));
        long sweeps = node("one").data.counts().sweeps();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> node("one").data.counts().sweeps() > sweeps + 1);
        assertThat(nodes.values()).noneMatch(node -> hasAll(node, stored));
        assertThat(nodes.values()).allMatch(node -> hasAll(node, others));
    }

    @Test
    void withTooFewNodesNothingIsAcknowledged() throws Exception {
        kill(node("two"));
        kill(node("three"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThatThrownBy(() -> write(node("one"), bytes(100)))
                                .isInstanceOf(IOException.class));
        Node back = start("two");
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> hasAll(back, write(node("one"), bytes(100))));
    }

    private void damageAll(Node node) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(node.id))) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                try (var file =
                        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    for (long at = 9000; at < file.size(); at += 20_000) {
                        ByteBuffer one = ByteBuffer.allocate(1);
                        file.read(one, at);
                        one.put(0, (byte) (one.get(0) ^ 4));
                        file.write(one.flip(), at);
                    }
                }
            }
        }
    }

    @Test
    void aFlippedBitIsReadFromAnotherNodeAndMended() throws Exception {
        byte[] small = bytes(60_000);
        byte[] large = bytes(3_000_000);
        List<Blob> one = write(node("one"), small);
        List<Blob> two = write(node("one"), large);
        damageAll(node("one"));
        assertThat(read(node("one"), one, small.length)).isEqualTo(small);
        assertThat(read(node("one"), two, large.length)).isEqualTo(large);
        await().atMost(Duration.ofSeconds(20)).until(() -> node("one").data.counts().mended() == 2);
        assertThat(node("one").blobs.verify(one.getFirst().id())).isEqualTo(small.length);
        assertThat(node("one").blobs.verify(two.getFirst().id())).isEqualTo(large.length);
    }

    @Test
    void theScrubberFindsAndMendsWhatNobodyReads() throws Exception {
        List<Blob> stored = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stored.addAll(write(node("one"), bytes(50_000)));
        }
        damageAll(node("two"));
        Node damaged = node("two");
        try (var scrubber =
                new CopyScrubber(
                        damaged.data,
                        folder.resolve("scrub"),
                        Duration.ofMillis(1),
                        new Pace(1L << 30, Time.system()),
                        Time.system())) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> damaged.data.counts().mended() >= 20);
            long rounds = damaged.data.counts().scrubs();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> damaged.data.counts().scrubs() > rounds + 1);
        }
        for (Blob blob : stored) {
            assertThat(damaged.blobs.verify(blob.id())).isEqualTo(blob.length());
        }
        assertThat(damaged.data.counts().damaged()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void aGroupMovesToANewNodeWithoutALossAndLeavesTheOldOne() throws Exception {
        List<Blob> stored = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stored.addAll(write(node("one"), bytes(10_000)));
        }
        start("four");
        for (int group = 0; group < 8; group++) {
            groups.put(group, List.of("one", "two", "four"));
        }
        place();
        await().atMost(Duration.ofSeconds(20)).until(() -> hasAll(node("four"), stored));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> node("three").blobs.counts().blobs() == 0);
        assertThat(read(node("three"), stored.subList(0, 1), 10_000)).hasSize(10_000);
    }

    private long copies(List<Blob> blobs) {
        return nodes.values().stream().filter(node -> hasAll(node, blobs)).count();
    }

    @Test
    void fewerCopiesAreKeptWhereTheyAreWanted() throws Exception {
        byte[] bytes = bytes(10_000);
        List<Blob> one = write(node("two"), bytes, Redundancy.ONE_COPY);
        List<Blob> two = write(node("three"), bytes, Redundancy.TWO_COPIES);
        assertThat(copies(one)).isEqualTo(1);
        assertThat(copies(two)).isEqualTo(2);
        for (Node node : nodes.values()) {
            assertThat(read(node, one, bytes.length)).isEqualTo(bytes);
            assertThat(read(node, two, bytes.length)).isEqualTo(bytes);
        }
        long sweeps = node("three").data.counts().sweeps();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> node("three").data.counts().sweeps() > sweeps + 1);
        assertThat(copies(one)).isEqualTo(1);
        assertThat(copies(two)).isEqualTo(2);
        for (int group = 0; group < 8; group++) {
            groups.put(group, List.of("three", "two"));
        }
        place();
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        node("one").blobs.counts().blobs() == 0
                                && hasAll(node("three"), one)
                                && hasAll(node("three"), two)
                                && hasAll(node("two"), two)
                                && !hasAll(node("two"), one));
        assertThat(read(node("one"), one, bytes.length)).isEqualTo(bytes);
        kill(node("three"));
        assertThat(read(node("one"), two, bytes.length)).isEqualTo(bytes);
        assertThatThrownBy(() -> read(node("one"), one, bytes.length))
                .isInstanceOf(IOException.class);
    }

    /** Six nodes, three of which keep each group. */
    private void six() throws Exception {
        List<String> ids = List.of("one", "two", "three", "four", "five", "six");
        for (int group = 0; group < 8; group++) {
            groups.put(
                    group,
                    List.of(
                            ids.get(group % 6),
                            ids.get((group + 1) % 6),
                            ids.get((group + 2) % 6)));
        }
        start("four");
        start("five");
        start("six");
    }

    private long holders(BlobId id) {
        return nodes.values().stream().filter(node -> node.blobs.has(id)).count();
    }

    /** Whether each fragment is on its node, and on no other. */
    private boolean isWhole(List<Blob> blobs) {
        return blobs.stream()
                .flatMap(blob -> Coding.stored(blob.id()).stream())
                .allMatch(id -> keeper(id).isPresent() && holders(id) == 1);
    }

    /** The node that is to keep a fragment, if it has it. */
    private Optional<Node> keeper(BlobId fragment) {
        return map("one").members(fragment.group()).stream()
                .flatMap(id -> Stream.ofNullable(nodes.get(id)))
                .filter(node -> node.blobs.has(fragment))
                .findFirst();
    }

    @Test
    void largeContentsAreCodedOverSixNodesAndStandTheLossOfTwo() throws Exception {
        six();
        byte[] bytes = bytes(3_333_333);
        List<Blob> stored = write(node("two"), bytes, Redundancy.CODED);
        assertThat(Coding.of(stored.getFirst().id().group())).contains(Coding.FOUR_AND_TWO);
        assertThat(isWhole(stored)).isTrue();
        assertThat(nodes.values()).allMatch(node -> node.blobs.counts().blobs() == 1);
        for (Node node : nodes.values()) {
            assertThat(read(node, stored, bytes.length)).isEqualTo(bytes);
        }
        for (int i = 0; i < 30; i++) {
            int from = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - from);
            assertThat(ContentBytes.read(node("one").data.read(stored, from, length)))
                    .isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
        }
        assertThat(
                        Coding.of(
                                write(node("one"), bytes(9), Redundancy.CODED)
                                        .getFirst()
                                        .id()
                                        .group()))
                .isEmpty();
        kill(node("five"));
        kill(node("two"));
        assertThat(read(node("one"), stored, bytes.length)).isEqualTo(bytes);
        assertThat(read(node("six"), stored, bytes.length)).isEqualTo(bytes);
        List<Blob> copies = write(node("one"), bytes, Redundancy.CODED);
        assertThat(Coding.of(copies.getFirst().id().group())).isEmpty();
        place();
        await().atMost(Duration.ofSeconds(30)).until(() -> isWhole(stored));
        kill(node("six"));
        assertThat(read(node("one"), stored, bytes.length)).isEqualTo(bytes);
        node("one").data.free(stored);
    }

    @Test
    void aFragmentThatIsDamagedOrMissedIsComputedAnew() throws Exception {
        six();
        byte[] bytes = bytes(2_000_000);
        List<Blob> stored;
        try (ContentWriter writer = node("one").data.write(CLAIM, -1, Redundancy.CODED)) {
            writer.write(ByteBuffer.wrap(bytes, 0, 1_000_000));
            kill(node("four"));
            writer.write(ByteBuffer.wrap(bytes, 1_000_000, 1_000_000));
            stored = writer.finish();
        }
        stored.forEach(blob -> named.add(blob.id()));
        assertThat(isWhole(stored)).isFalse();
        assertThat(read(node("three"), stored, bytes.length)).isEqualTo(bytes);
        start("four");
        await().atMost(Duration.ofSeconds(30)).until(() -> isWhole(stored));
        damageAll(node("two"));
        damageAll(node("four"));
        assertThat(read(node("two"), stored, bytes.length)).isEqualTo(bytes);
        BlobId damaged =
                Coding.stored(stored.getFirst().id()).stream()
                        .filter(node("four").blobs::has)
                        .findFirst()
                        .orElseThrow();
        node("four").data.wanted().add(damaged);
        await().atMost(Duration.ofSeconds(30)).until(() -> node("four").data.counts().mended() > 0);
        assertThat(node("four").blobs.verify(damaged)).isPositive();
        kill(node("four"));
        stored.forEach(blob -> named.remove(blob.id()));
        node("one").data.free(stored);
        unnamedFor = Duration.ZERO;
        Node back = start("four");
        await().atMost(Duration.ofSeconds(30)).until(() -> back.blobs.counts().blobs() == 0);
        assertThat(Coding.stored(stored.getFirst().id())).allMatch(id -> holders(id) == 0);
    }

    @Test
    void whatATornUploadLeftIsFreed() throws Exception {
        List.copyOf(nodes.values()).forEach(this::kill);
        unnamedFor = Duration.ZERO;
        begin();
        byte[] bytes = bytes(10_000);
        List<Blob> kept = write(node("one"), bytes);
        List<Blob> torn = ContentBytes.write(node("one").data, CLAIM, bytes, -1);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> nodes.values().stream().noneMatch(node -> hasAll(node, torn)));
        assertThat(nodes.values()).allMatch(node -> hasAll(node, kept));
    }
}
