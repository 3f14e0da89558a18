package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.control.domain.AccountId;
import io.brume.control.domain.NodeId;
import io.brume.control.domain.snapshot.SnapshotId;
import io.brume.control.fleet.Chunks;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.PutSnapshotBlockRequest;
import software.amazon.awssdk.services.ebs.model.StartSnapshotRequest;
import software.amazon.awssdk.services.ebs.model.Status;
import software.amazon.awssdk.services.ebs.model.Tag;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** The EBS direct APIs with AWS's own client, storage nodes in memory and the true reconcilers. */
final class DirectBlocksTest extends BlockCloudTest {
    private static final String NONE = "snap-0123456789abcdef0";
    private static final byte[] A = block(1);
    private static final byte[] B = block(2);
    private static final byte[] C = block(3);
    private static final byte[] ZEROS = new byte[Chunks.CHUNK];

    private EbsClient ebs = new NoClient();

    /** Before a test has its own. */
    private static final class NoClient implements EbsClient {
        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void beginWithAClient() {
        ebs = cloud.ebs(account);
        for (int i = 10; i < 13; i++) {
            cloud.chunks.fail(node(i), null);
        }
    }

    @AfterEach
    void closeTheClient() {
        cloud.chunks.hold(null);
        ebs.close();
    }

    private static byte[] block(int seed) {
        byte[] block = new byte[Chunks.CHUNK];
        new Random(seed).nextBytes(block);
        return block;
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String start(Consumer<StartSnapshotRequest.Builder> how) {
        return ebs.startSnapshot(how).snapshotId();
    }

    private void put(String id, int index, byte[] data) {
        put(id, index, data, _ -> {});
    }

    private void put(
            String id, int index, byte[] data, Consumer<PutSnapshotBlockRequest.Builder> how) {
        var answer =
                ebs.putSnapshotBlock(
                        b ->
                                how.accept(
                                        b.snapshotId(id)
                                                .blockIndex(index)
                                                .dataLength(data.length)
                                                .checksum(base64(sha256(data)))
                                                .checksumAlgorithm("SHA256")),
                        RequestBody.fromBytes(data));
        assertThat(answer.checksum()).isEqualTo(base64(sha256(data)));
    }

    private void complete(String id, int count) {
        assertThat(ebs.completeSnapshot(b -> b.snapshotId(id).changedBlocksCount(count)).status())
                .isEqualTo(Status.PENDING);
        awaitSnapshot(id);
    }

    private Map<Integer, byte[]> read(String id) {
        Map<Integer, byte[]> blocks = new TreeMap<>();
        ebs.listSnapshotBlocksPaginator(b -> b.snapshotId(id).maxResults(100)).stream()
                .flatMap(page -> page.blocks().stream())
                .forEach(block ->
                        blocks.put(
                                block.blockIndex(),
                                get(id, block.blockIndex(), block.blockToken())));
        return blocks;
    }

    private byte[] get(String id, int index, String token) {
        var answer =
                ebs.getSnapshotBlockAsBytes(
                        b -> b.snapshotId(id).blockIndex(index).blockToken(token));
        assertThat(answer.response().dataLength()).isEqualTo(Chunks.CHUNK);
        assertThat(answer.response().checksumAlgorithmAsString()).isEqualTo("SHA256");
        assertThat(answer.response().checksum()).isEqualTo(base64(sha256(answer.asByteArray())));
        return answer.asByteArray();
    }

    /** That a call ends in AWS's error, with this reason. */
    private static void assertFails(String code, String reason, ThrowingCallable call) {
        var thrown = catchThrowableOfType(EbsException.class, call);
        assertThat(thrown).as("what was thrown").isNotNull();
        assertThat(thrown.awsErrorDetails().errorCode()).as(thrown.getMessage()).isEqualTo(code);
        assertThat(
                        thrown.sdkFields().stream()
                                .filter(field -> field.memberName().equals("Reason"))
                                .map(field -> (Object) field.getValueOrDefault(thrown))
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElse(""))
                .as(thrown.getMessage())
                .isEqualTo(reason);
    }

    private static void seed(String id, int index, byte[] data) {
        for (int i = 10; i < 13; i++) {
            cloud.chunks.of(node(i), new SnapshotId(id)).put(index, data);
        }
    }

    private String ofVolume() {
        return ofVolume(available(1));
    }

    private String ofVolume(String volume) {
        var id = ec2.createSnapshot(b -> b.volumeId(volume)).snapshotId();
        awaitSnapshot(id);
        return id;
    }

    @Test
    void aVolumesSnapshotIsListedAndRead() {
        var id = ofVolume();
        seed(id, 0, A);
        seed(id, 7, B);
        seed(id, 2047, C);
        var listed = ebs.listSnapshotBlocks(b -> b.snapshotId(id));
        assertThat(listed.blockSize()).isEqualTo(524_288);
        assertThat(listed.volumeSize()).isEqualTo(1);
        assertThat(listed.expiryTime()).isAfter(java.time.Instant.now().plusSeconds(6 * 86_400));
        assertThat(listed.nextToken()).isNull();
        assertThat(read(id)).containsExactly(Map.entry(0, A), Map.entry(7, B), Map.entry(2047, C));
        assertThat(ebs.listSnapshotBlocks(b -> b.snapshotId(id).startingBlockIndex(1)).blocks())
                .extracting(block -> block.blockIndex())
                .containsExactly(7, 2047);
    }

    @Test
    void longListsComeInPages() {
        var id = ofVolume();
        for (int i = 0; i < 250; i++) {
            seed(id, 3 * i, A);
        }
        var sizes = new ArrayList<Integer>();
        var indexes = new ArrayList<Integer>();
        ebs.listSnapshotBlocksPaginator(b -> b.snapshotId(id).maxResults(100))
                .forEach(page -> {
                    sizes.add(page.blocks().size());
                    page.blocks().forEach(block -> indexes.add(block.blockIndex()));
                });
        assertThat(sizes).containsExactly(100, 100, 50);
        assertThat(indexes).hasSize(250).isSorted().doesNotHaveDuplicates().endsWith(747);
        var first = ebs.listSnapshotBlocks(b -> b.snapshotId(id).maxResults(100));
        assertThat(
                        ebs.listSnapshotBlocks(b ->
                                        b.snapshotId(id)
                                                .maxResults(100)
                                                .startingBlockIndex(700)
                                                .nextToken(first.nextToken()))
                                .blocks()
                                .getFirst()
                                .blockIndex())
                .as("a token comes before an index")
                .isEqualTo(300);
        var other = ofVolume();
        for (var token : List.of("invalid", first.nextToken())) {
            assertFails(
                    "ValidationException",
                    "INVALID_PAGE_TOKEN",
                    () -> ebs.listSnapshotBlocks(b -> b.snapshotId(other).nextToken(token)));
        }
        for (int size : List.of(1, 99, 10_001)) {
            assertFails(
                    "ValidationException",
                    "",
                    () -> ebs.listSnapshotBlocks(b -> b.snapshotId(id).maxResults(size)));
        }
    }

    @Test
    void blocksAreReadWithTheirTokensAlone() {
        var id = ofVolume();
        seed(id, 0, A);
        seed(id, 1, B);
        var blocks = ebs.listSnapshotBlocks(b -> b.snapshotId(id)).blocks();
        var token = blocks.getFirst().blockToken();
        for (var wrong : List.of("invalid", blocks.getLast().blockToken())) {
            assertFails("ValidationException", "INVALID_BLOCK_TOKEN", () -> get(id, 0, wrong));
        }
        assertFails("ValidationException", "INVALID_BLOCK_TOKEN", () -> get(id, 5, token));
        var other = ofVolume();
        assertFails("ValidationException", "INVALID_BLOCK_TOKEN", () -> get(other, 0, token));
        assertFails("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", () -> get(NONE, 0, token));
    }

    @Test
    void anotherNodeAnswersWhenOneCannot() {
        var id = ofVolume();
        seed(id, 0, A);
        cloud.chunks.fail(node(10), Chunks.Problem.AWAY);
        cloud.chunks.fail(node(12), Chunks.Problem.DAMAGED);
        for (int i = 0; i < 5; i++) {
            assertThat(read(id)).containsExactly(Map.entry(0, A));
        }
        cloud.chunks.fail(node(11), Chunks.Problem.AWAY);
        assertFails(
                "InternalServerException", "", () -> ebs.listSnapshotBlocks(b -> b.snapshotId(id)));
    }

    @Test
    void snapshotsOfOneVolumeAreCompared() {
        var volume = available(1);
        var first = ofVolume(volume);
        var second = ofVolume(volume);
        seed(first, 0, A);
        seed(second, 0, A);
        seed(first, 1, A);
        seed(second, 1, B);
        seed(second, 2, C);
        seed(first, 3, C);
        var changes =
                ebs.listChangedBlocks(b -> b.firstSnapshotId(first).secondSnapshotId(second))
                        .changedBlocks();
        assertThat(changes).extracting(block -> block.blockIndex()).containsExactly(1, 2, 3);
        assertThat(get(first, 1, changes.getFirst().firstBlockToken())).isEqualTo(A);
        assertThat(get(second, 1, changes.getFirst().secondBlockToken())).isEqualTo(B);
        assertThat(changes.get(1).firstBlockToken()).isNull();
        assertThat(get(second, 2, changes.get(1).secondBlockToken())).isEqualTo(C);
        assertThat(get(first, 3, changes.get(2).firstBlockToken())).isEqualTo(C);
        assertThat(get(second, 3, changes.get(2).secondBlockToken()))
                .as("what the second one lost is zeros")
                .isEqualTo(ZEROS);
        assertThat(
                        ebs.listChangedBlocks(
                                        b -> b.firstSnapshotId(second).secondSnapshotId(second))
                                .changedBlocks())
                .isEmpty();
    }

    @Test
    void strangersAreNotCompared() {
        var one = ofVolume();
        var other = ofVolume();
        assertFails(
                "ValidationException",
                "UNRELATED_SNAPSHOTS",
                () -> ebs.listChangedBlocks(b -> b.firstSnapshotId(one).secondSnapshotId(other)));
        assertFails(
                "ValidationException",
                "INVALID_SNAPSHOT_ID",
                () -> ebs.listChangedBlocks(b -> b.secondSnapshotId(one)));
        assertFails(
                "ResourceNotFoundException",
                "SNAPSHOT_NOT_FOUND",
                () -> ebs.listChangedBlocks(b -> b.firstSnapshotId(NONE).secondSnapshotId(one)));
    }

    @Test
    void aSnapshotIsWrittenFromOutside() {
        var started =
                ebs.startSnapshot(b ->
                        b.volumeSize(1L)
                                .description("from outside")
                                .timeout(10)
                                .tags(Tag.builder().key("Name").value("one").build()));
        var id = started.snapshotId();
        assertThat(started.status()).isEqualTo(Status.PENDING);
        assertThat(started.ownerId()).isEqualTo(account.value());
        assertThat(started.blockSize()).isEqualTo(Chunks.CHUNK);
        assertThat(started.volumeSize()).isEqualTo(1);
        assertThat(started.tags()).hasSize(1);
        put(id, 0, A);
        put(id, 0, A);
        put(id, 0, B);
        put(id, 3, A);
        put(id, 7, ZEROS);
        put(id, 2047, C);
        var described = ec2.describeSnapshots(b -> b.snapshotIds(id)).snapshots().getFirst();
        assertThat(described.state()).isEqualTo(SnapshotState.PENDING);
        assertThat(described.volumeId()).isEqualTo("vol-ffffffff");
        assertThat(described.tags()).containsExactly(tag("Name", "one"));
        assertFails(
                "ResourceNotFoundException",
                "SNAPSHOT_NOT_FOUND",
                () -> ebs.listSnapshotBlocks(b -> b.snapshotId(id)));
        var all = new java.io.ByteArrayOutputStream();
        List.of(B, A, ZEROS, C).forEach(data -> all.writeBytes(sha256(data)));
        var completed =
                ebs.completeSnapshot(b ->
                        b.snapshotId(id)
                                .changedBlocksCount(4)
                                .checksum(base64(sha256(all.toByteArray())))
                                .checksumAlgorithm("SHA256")
                                .checksumAggregationMethod("LINEAR"));
        assertThat(completed.status()).isEqualTo(Status.PENDING);
        awaitSnapshot(id);
        assertThat(read(id)).containsExactly(Map.entry(0, B), Map.entry(3, A), Map.entry(2047, C));
        for (int i = 10; i < 13; i++) {
            assertThat(cloud.chunks.of(node(i), new SnapshotId(id))).containsOnlyKeys(0, 3, 2047);
        }
        assertThat(ebs.completeSnapshot(b -> b.snapshotId(id).changedBlocksCount(1)).status())
                .as("it is complete already")
                .isEqualTo(Status.COMPLETED);
        assertFails("ValidationException", "INVALID_SNAPSHOT_ID", () -> put(id, 1, A));
        var volume = ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(id)).volumeId();
        awaitVolume(volume, VolumeState.AVAILABLE);
        assertThat(
                        cloud.fleet
                                .desired(node(10), volume)
                                .orElseThrow()
                                .getReplica()
                                .getBaseSnapshotId())
                .isEqualTo(id);
    }

    @Test
    void aChildBeginsAsItsParentAndIsComparedWithItsKin() {
        var root = start(b -> b.volumeSize(1L));
        put(root, 0, A);
        put(root, 1, B);
        assertFails(
                "ValidationException",
                "INVALID_SNAPSHOT_ID",
                () -> start(b -> b.volumeSize(1L).parentSnapshotId(root)));
        complete(root, 2);
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () -> start(b -> b.volumeSize(1L).parentSnapshotId(root).encrypted(false)));
        var child = ebs.startSnapshot(b -> b.volumeSize(2L).parentSnapshotId(root));
        assertThat(child.parentSnapshotId()).isEqualTo(root);
        put(child.snapshotId(), 1, C);
        put(child.snapshotId(), 4095, A);
        complete(child.snapshotId(), 2);
        assertThat(read(child.snapshotId()))
                .containsExactly(Map.entry(0, A), Map.entry(1, C), Map.entry(4095, A));
        assertThat(read(root)).containsExactly(Map.entry(0, A), Map.entry(1, B));
        assertFails(
                "ValidationException",
                "INVALID_VOLUME_SIZE",
                () -> start(b -> b.volumeSize(1L).parentSnapshotId(child.snapshotId())));
        var sibling = start(b -> b.volumeSize(1L).parentSnapshotId(root));
        put(sibling, 0, ZEROS);
        complete(sibling, 1);
        assertThat(changed(root, child.snapshotId())).containsExactly(1, 4095);
        assertThat(changed(child.snapshotId(), root)).containsExactly(1, 4095);
        assertThat(changed(root, sibling)).containsExactly(0);
        ec2.deleteSnapshot(b -> b.snapshotId(root));
        assertThat(changed(sibling, child.snapshotId()))
                .as("they are kin without their parent")
                .containsExactly(0, 1, 4095);
    }

    private List<Integer> changed(String first, String second) {
        return ebs
                .listChangedBlocks(b -> b.firstSnapshotId(first).secondSnapshotId(second))
                .changedBlocks()
                .stream()
                .map(block -> block.blockIndex())
                .toList();
    }

    @Test
    void badBlocksAreRefused() {
        var id = start(b -> b.volumeSize(1L));
        assertFails(
                "InvalidSignatureException",
                "",
                () -> put(id, 9, A, b -> b.checksum(base64(sha256(B)))));
        assertFails(
                "ValidationException", "INVALID_PARAMETER_VALUE", () -> put(id, 9, new byte[5]));
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () -> put(id, 9, new byte[Chunks.CHUNK + 1]));
        assertFails(
                "ValidationException", "INVALID_BLOCK", () -> put(id, 9, A, b -> b.dataLength(1)));
        assertFails("ValidationException", "INVALID_BLOCK", () -> put(id, 2048, A));
        assertFails("ValidationException", "", () -> put(id, -1, A));
        assertFails("ValidationException", "", () -> put(id, 9, A, b -> b.progress(101)));
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () -> put(id, 9, A, b -> b.checksumAlgorithm("SHA1")));
        assertFails("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", () -> put(NONE, 0, A));
        assertFails("ValidationException", "INVALID_SNAPSHOT_ID", () -> put(ofVolume(), 0, A));
        complete(id, 0);
        assertThat(read(id)).isEmpty();
    }

    @Test
    void whatIsNotAsAnnouncedIsInError() {
        var counted = start(b -> b.volumeSize(1L));
        put(counted, 0, A);
        var summed = start(b -> b.volumeSize(1L));
        put(summed, 0, A);
        assertThat(ebs.completeSnapshot(b -> b.snapshotId(counted).changedBlocksCount(2)).status())
                .isEqualTo(Status.ERROR);
        assertThat(
                        ebs.completeSnapshot(b ->
                                        b.snapshotId(summed)
                                                .changedBlocksCount(1)
                                                .checksum(base64(sha256(B)))
                                                .checksumAlgorithm("SHA256")
                                                .checksumAggregationMethod("LINEAR"))
                                .status())
                .isEqualTo(Status.ERROR);
        for (var id : List.of(counted, summed)) {
            assertThat(ec2.describeSnapshots(b -> b.snapshotIds(id)).snapshots().getFirst().state())
                    .isEqualTo(SnapshotState.ERROR);
            assertFails("ValidationException", "INVALID_SNAPSHOT_ID", () -> put(id, 0, A));
            until(() -> cloud.fleet.desired(node(10), id).isEmpty(), released -> released);
        }
        var id = start(b -> b.volumeSize(1L));
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () ->
                        ebs.completeSnapshot(b ->
                                b.snapshotId(id)
                                        .changedBlocksCount(0)
                                        .checksumAlgorithm("SHA256")));
        var ordinary = ofVolume();
        assertFails(
                "ValidationException",
                "INVALID_SNAPSHOT_ID",
                () -> ebs.completeSnapshot(b -> b.snapshotId(ordinary).changedBlocksCount(0)));
    }

    @Test
    void aNodeThatFailsLosesTheSnapshotAndTheLastOneNeverDoes() {
        var id = start(b -> b.volumeSize(1L));
        put(id, 0, A);
        cloud.chunks.fail(node(10), Chunks.Problem.FULL);
        put(id, 1, B);
        until(() -> cloud.fleet.desired(node(10), id).isEmpty(), released -> released);
        cloud.chunks.fail(node(10), null);
        cloud.chunks.fail(node(11), Chunks.Problem.FULL);
        cloud.chunks.fail(node(12), Chunks.Problem.FULL);
        assertFails("InternalServerException", "", () -> put(id, 2, C));
        cloud.chunks.fail(node(11), null);
        cloud.chunks.fail(node(12), null);
        assertFails(
                "ValidationException",
                "INVALID_BLOCK",
                () -> ebs.completeSnapshot(b -> b.snapshotId(id).changedBlocksCount(2)));
        put(id, 2, C);
        complete(id, 3);
        assertThat(read(id)).containsExactly(Map.entry(0, A), Map.entry(1, B), Map.entry(2, C));
        assertThat(keepers(id)).containsExactly(node(11), node(12));
    }

    private static List<NodeId> keepers(String id) {
        return List.of(node(10), node(11), node(12)).stream()
                .filter(node -> cloud.fleet.desired(node, id).isPresent())
                .toList();
    }

    @Test
    void oneRequestAtATimeWritesABlock() throws Exception {
        var id = start(b -> b.volumeSize(1L));
        var gate = new CountDownLatch(1);
        cloud.chunks.hold(gate);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> put(id, 0, A));
            Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertFails(
                                    "ValidationException",
                                    "CONFLICTING_BLOCK_UPDATE",
                                    () -> put(id, 0, B, b -> b.progress(1))));
            gate.countDown();
            first.get();
        }
        cloud.chunks.hold(null);
        complete(id, 1);
        assertThat(read(id)).containsExactly(Map.entry(0, A));
    }

    @Test
    void aRepeatedTokenStartsNothing() {
        var first = ebs.startSnapshot(b -> b.volumeSize(1L).clientToken("once"));
        assertThat(ebs.startSnapshot(b -> b.volumeSize(1L).clientToken("once")).snapshotId())
                .isEqualTo(first.snapshotId());
        assertFails(
                "ConflictException",
                "",
                () -> ebs.startSnapshot(b -> b.volumeSize(2L).clientToken("once")));
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () -> start(b -> b.volumeSize(1L).clientToken("x".repeat(65))));
    }

    @Test
    void badStartsAreRefused() {
        assertFails("ValidationException", "", () -> start(b -> b.volumeSize(0L)));
        assertFails(
                "ValidationException",
                "INVALID_VOLUME_SIZE",
                () -> start(b -> b.volumeSize(65_537L)));
        for (int timeout : List.of(9, 4321)) {
            assertFails(
                    "ValidationException", "", () -> start(b -> b.volumeSize(1L).timeout(timeout)));
        }
        assertFails(
                "ResourceNotFoundException",
                "SNAPSHOT_NOT_FOUND",
                () -> start(b -> b.volumeSize(1L).parentSnapshotId(NONE)));
        assertFails(
                "ValidationException",
                "INVALID_TAG",
                () ->
                        start(b ->
                                b.volumeSize(1L)
                                        .tags(Tag.builder().key("aws:mine").value("x").build())));
    }

    @Test
    void whatIsEncryptedIsStoredAsCiphertext() {
        var started = ebs.startSnapshot(b -> b.volumeSize(1L).encrypted(true));
        var id = started.snapshotId();
        assertThat(started.kmsKeyArn()).startsWith("arn:aws:kms:us-east-1:" + account);
        put(id, 3, A);
        put(id, 4, A);
        complete(id, 2);
        var stored = cloud.chunks.of(node(11), new SnapshotId(id));
        assertThat(stored).containsOnlyKeys(3, 4);
        assertThat(stored.get(3)).isNotEqualTo(A).isNotEqualTo(stored.get(4));
        assertThat(read(id)).containsExactly(Map.entry(3, A), Map.entry(4, A));
        var described = ec2.describeSnapshots(b -> b.snapshotIds(id)).snapshots().getFirst();
        assertThat(described.encrypted()).isTrue();
        assertThat(described.kmsKeyId()).isEqualTo(started.kmsKeyArn());

        var child = ebs.startSnapshot(b -> b.volumeSize(1L).parentSnapshotId(id));
        assertThat(child.kmsKeyArn()).isEqualTo(started.kmsKeyArn());
        put(child.snapshotId(), 4, B);
        complete(child.snapshotId(), 1);
        assertThat(read(child.snapshotId())).containsExactly(Map.entry(3, A), Map.entry(4, B));
        assertThat(changed(id, child.snapshotId())).containsExactly(4);
    }

    @Test
    void encryptionIsAsAskedForAndAsTheAccountWantsIt() {
        var plain = start(b -> b.volumeSize(1L));
        complete(plain, 0);
        assertFails(
                "ValidationException",
                "INVALID_CUSTOMER_KEY",
                () ->
                        start(b ->
                                b.volumeSize(1L)
                                        .encrypted(true)
                                        .kmsKeyArn("arn:aws:kms:us-east-1:123456789012:key/none")));
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () ->
                        start(b ->
                                b.volumeSize(1L)
                                        .kmsKeyArn("arn:aws:kms:us-east-1:123456789012:key/none")));
        ec2.enableEbsEncryptionByDefault(_ -> {});
        assertThat(ebs.startSnapshot(b -> b.volumeSize(1L)).kmsKeyArn()).isNotNull();
        assertFails(
                "ValidationException",
                "INVALID_PARAMETER_VALUE",
                () -> start(b -> b.volumeSize(1L).parentSnapshotId(plain)));
    }

    @Test
    void snapshotsAreReadByThoseTheyAreSharedWith() {
        var id = ofVolume();
        seed(id, 0, A);
        AccountId friend = cloud.account().id();
        var own = ebs;
        try (var other = cloud.ebs(friend)) {
            ebs = other;
            assertFails(
                    "ResourceNotFoundException",
                    "SNAPSHOT_NOT_FOUND",
                    () -> other.listSnapshotBlocks(b -> b.snapshotId(id)));
            ec2.modifySnapshotAttribute(b ->
                    b.snapshotId(id)
                            .createVolumePermission(p ->
                                    p.add(CreateVolumePermission.builder().group("all").build())));
            assertFails(
                    "AccessDeniedException",
                    "UNAUTHORIZED_ACCOUNT",
                    () -> other.listSnapshotBlocks(b -> b.snapshotId(id)));
            ec2.modifySnapshotAttribute(b ->
                    b.snapshotId(id)
                            .createVolumePermission(p ->
                                    p.add(
                                            CreateVolumePermission.builder()
                                                    .userId(friend.value())
                                                    .build())));
            assertThat(read(id)).containsExactly(Map.entry(0, A));
            assertFails(
                    "AccessDeniedException",
                    "UNAUTHORIZED_ACCOUNT",
                    () -> start(b -> b.volumeSize(1L).parentSnapshotId(id)));
            assertFails("AccessDeniedException", "UNAUTHORIZED_ACCOUNT", () -> put(id, 0, A));
        } finally {
            ebs = own;
        }
    }

    @Test
    void whatIsNotWantedAnyMoreIsDeletedWhileItIsWritten() {
        var id = start(b -> b.volumeSize(1L));
        put(id, 0, A);
        ec2.deleteSnapshot(b -> b.snapshotId(id));
        assertFails("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", () -> put(id, 1, A));
        until(() -> keepers(id).isEmpty(), released -> released);
    }
}
