package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.brume.control.domain.NodeId;
import io.brume.control.domain.volume.VolumeId;
import io.brume.control.store.codec.SnapshotTables;
import io.brume.control.store.codec.VolumeTables;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.VolumeSpec;
import io.brume.store.KeyRange;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.CopySnapshotRequest;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** Encrypted volumes and snapshots, and copies of snapshots. */
final class EncryptionTest extends BlockCloudTest {
    private static final String REGION_NAME = "us-east-1";

    private String key() {
        return cloud.keys().defaultKey(account);
    }

    private String encrypted() {
        var id = ec2.createVolume(b -> b.availabilityZone(ZONE).size(8).encrypted(true)).volumeId();
        awaitVolume(id, VolumeState.AVAILABLE);
        return id;
    }

    private String snapshot(String volume) {
        var id = ec2.createSnapshot(b -> b.volumeId(volume)).snapshotId();
        awaitSnapshot(id);
        return id;
    }

    private String copy(String snapshot, boolean encrypted) {
        return ec2.copySnapshot(b ->
                        here(b).sourceRegion(REGION_NAME)
                                .sourceSnapshotId(snapshot)
                                .encrypted(encrypted))
                .snapshotId();
    }

    /** AWS's client would sign a URL for the other region, and cannot with a test's address. */
    private static CopySnapshotRequest.Builder here(CopySnapshotRequest.Builder request) {
        return request.presignedUrl("https://unused.example");
    }

    /** All that agents are told of a volume. */
    private static List<VolumeSpec> told(String volume) {
        return nodes().flatMap(node -> cloud.fleet.desired(node, volume).stream())
                .filter(Desired::hasVolume)
                .map(Desired::getVolume)
                .toList();
    }

    private static Stream<NodeId> nodes() {
        return Stream.of(1, 2, 10, 11, 12).map(BlockCloudTest::node);
    }

    private byte[] dataKey(String volume) {
        return cloud.store.view(tx -> {
            var record =
                    tx.lookup(
                                    VolumeTables.VOLUMES,
                                    VolumeTables.VOLUMES_BY_ID,
                                    new VolumeId(volume),
                                    1)
                            .getFirst()
                            .value();
            return cloud.keys().open(account, record.encryption().orElseThrow());
        });
    }

    private boolean nothingHidden() {
        return cloud.store.view(tx ->
                tx.stream(VolumeTables.VOLUMES, KeyRange.all())
                        .noneMatch(row -> row.value().hidden()));
    }

    @Test
    void anEncryptedVolumeHasAKeyThatItsWriterAloneHears() {
        var made = ec2.createVolume(b -> b.availabilityZone(ZONE).size(8).encrypted(true));
        assertThat(made.encrypted()).isTrue();
        assertThat(made.kmsKeyId()).isEqualTo(key());
        var id = made.volumeId();
        var shown = awaitVolume(id, VolumeState.AVAILABLE);
        assertThat(shown.encrypted()).isTrue();
        assertThat(shown.kmsKeyId()).isEqualTo(key());
        assertThat(ec2.describeVolumes(b -> b.filters(filter("encrypted", "true"))).volumes())
                .extracting(one -> one.volumeId())
                .containsExactly(id);

        var instance = running().instanceId();
        ec2.attachVolume(b -> b.volumeId(id).instanceId(instance).device("/dev/sdf"));
        awaitAttachment(id, "attached");
        assertThat(told(id))
                .singleElement()
                .satisfies(spec -> {
                    assertThat(spec.getEncrypted()).isTrue();
                    assertThat(spec.getDataKey().toByteArray()).isEqualTo(dataKey(id));
                });
        assertThat(dataKey(id)).hasSize(64);
        ec2.detachVolume(b -> b.volumeId(id));
        awaitVolume(id, VolumeState.AVAILABLE);
        // It is available as soon as that is stored; the writer is told after.
        await("nobody writes it, nobody needs its key").until(() -> told(id).isEmpty());
    }

    @Test
    void volumesAndSnapshotsOfOneDescentShareTheirKey() {
        var volume = encrypted();
        var first = ec2.createSnapshot(b -> b.volumeId(volume));
        assertThat(first.encrypted()).isTrue();
        var shown = awaitSnapshot(first.snapshotId());
        assertThat(shown.encrypted()).isTrue();
        assertThat(shown.kmsKeyId()).isEqualTo(key());

        var copy = copy(first.snapshotId(), false);
        assertThat(awaitSnapshot(copy).encrypted()).as("it always is").isTrue();
        var again =
                ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(copy).encrypted(false))
                        .volumeId();
        assertThat(awaitVolume(again, VolumeState.AVAILABLE).encrypted()).isTrue();
        assertThat(dataKey(again)).isEqualTo(dataKey(volume));
        assertThat(dataKey(encrypted())).isNotEqualTo(dataKey(volume));
    }

    @Test
    void encryptionByDefault() {
        assertThat(ec2.getEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault()).isFalse();
        assertFails("DryRunOperation", () -> ec2.enableEbsEncryptionByDefault(b -> b.dryRun(true)));
        assertThat(ec2.getEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault()).isFalse();
        assertThat(ec2.enableEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault()).isTrue();
        assertThat(ec2.getEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault()).isTrue();
        assertThat(stranger().getEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault())
                .isFalse();
        assertThat(ec2.createVolume(b -> b.availabilityZone(ZONE).size(1)).encrypted()).isTrue();
        assertThat(ec2.disableEbsEncryptionByDefault(b -> {}).ebsEncryptionByDefault()).isFalse();
        assertThat(ec2.createVolume(b -> b.availabilityZone(ZONE).size(1)).encrypted()).isFalse();
    }

    @Test
    void theAccountsOwnKeyIsTheOnlyOne() {
        assertThat(ec2.getEbsDefaultKmsKeyId(b -> {}).kmsKeyId()).isEqualTo("alias/aws/ebs");
        assertThat(ec2.modifyEbsDefaultKmsKeyId(b -> b.kmsKeyId("alias/aws/ebs")).kmsKeyId())
                .isEqualTo(key());
        assertThat(ec2.resetEbsDefaultKmsKeyId(b -> {}).kmsKeyId()).isEqualTo(key());
        assertFails(
                "InvalidKmsKey.NotFound",
                () -> ec2.modifyEbsDefaultKmsKeyId(b -> b.kmsKeyId("alias/mine")));
        assertFails(
                "InvalidKmsKey.NotFound",
                () ->
                        ec2.createVolume(b ->
                                b.availabilityZone(ZONE)
                                        .size(1)
                                        .encrypted(true)
                                        .kmsKeyId(key().replace(account.value(), "210987654321"))));
        assertFails(
                "InvalidParameterDependency",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).size(1).kmsKeyId(key())));
        assertThat(
                        ec2.createVolume(b ->
                                        b.availabilityZone(ZONE)
                                                .size(1)
                                                .encrypted(true)
                                                .kmsKeyId(key()))
                                .kmsKeyId())
                .isEqualTo(key());
    }

    @Test
    void whatIsEncryptedIsNotShared() {
        var id = snapshot(encrypted());
        assertFails(
                "OperationNotPermitted",
                () ->
                        ec2.modifySnapshotAttribute(b ->
                                b.snapshotId(id)
                                        .createVolumePermission(p ->
                                                p.add(
                                                        CreateVolumePermission.builder()
                                                                .userId("210987654321")
                                                                .build()))));
        assertFails(
                "OperationNotPermitted",
                () ->
                        ec2.modifySnapshotAttribute(b ->
                                b.snapshotId(id)
                                        .createVolumePermission(p ->
                                                p.add(
                                                        CreateVolumePermission.builder()
                                                                .group("all")
                                                                .build()))));
        assertThat(
                        ec2.describeSnapshotAttribute(
                                        b -> b.snapshotId(id).attribute("createVolumePermission"))
                                .createVolumePermissions())
                .isEmpty();
    }

    @Test
    void anEncryptedVolumeOfAnUnencryptedSnapshotIsFilledUnseen() {
        var plain = snapshot(available(8));
        var made =
                ec2.createVolume(
                        b -> b.availabilityZone(ZONE).snapshotId(plain).size(9).encrypted(true));
        assertThat(made.state()).isEqualTo(VolumeState.CREATING);
        assertThat(ec2.describeVolumes().volumes())
                .as("the one that it is filled from is nobody's business")
                .hasSize(2);
        assertFails("IncorrectState", () -> ec2.createSnapshot(b -> b.volumeId(made.volumeId())));
        var shown = awaitVolume(made.volumeId(), VolumeState.AVAILABLE);
        assertThat(shown.encrypted()).isTrue();
        assertThat(shown.snapshotId()).isEqualTo(plain);
        assertThat(shown.size()).isEqualTo(9);
        assertThat(dataKey(made.volumeId())).hasSize(64);
        until(this::nothingHidden, none -> none);
    }

    @Test
    void aCopyIsASnapshotOfItsOwn() {
        var source = snapshot(available(8));
        var made =
                ec2.copySnapshot(b ->
                        here(b).sourceRegion(REGION_NAME)
                                .sourceSnapshotId(source)
                                .description("a copy")
                                .tagSpecifications(
                                        tags(ResourceType.SNAPSHOT, tag("Name", "copy"))));
        assertThat(made.tags()).containsExactly(tag("Name", "copy"));
        var copy = awaitSnapshot(made.snapshotId());
        assertThat(copy.volumeId()).isEqualTo("vol-ffffffff");
        assertThat(copy.volumeSize()).isEqualTo(8);
        assertThat(copy.description()).isEqualTo("a copy");
        assertThat(copy.encrypted()).isFalse();
        assertThat(copy.fullSnapshotSizeInBytes()).isEqualTo(4096);
        assertThat(copy.tags()).containsExactly(tag("Name", "copy"));
        ec2.deleteSnapshot(b -> b.snapshotId(source));
        var volume =
                ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(made.snapshotId()))
                        .volumeId();
        awaitVolume(volume, VolumeState.AVAILABLE);
    }

    @Test
    void aSharedSnapshotIsCopiedAndThenOnesOwn() {
        var source = snapshot(available(8));
        var other = stranger();
        assertFails(
                "InvalidSnapshot.NotFound",
                () ->
                        other.copySnapshot(
                                b -> here(b).sourceRegion(REGION_NAME).sourceSnapshotId(source)));
        ec2.modifySnapshotAttribute(b ->
                b.snapshotId(source)
                        .createVolumePermission(
                                p -> p.add(CreateVolumePermission.builder().group("all").build())));
        var copy =
                other.copySnapshot(b -> here(b).sourceRegion(REGION_NAME).sourceSnapshotId(source))
                        .snapshotId();
        until(
                () -> other.describeSnapshots(b -> b.snapshotIds(copy)).snapshots().getFirst(),
                one -> one.stateAsString().equals("completed"));
        assertThat(other.describeSnapshots(b -> b.ownerIds("self")).snapshots())
                .extracting(one -> one.snapshotId())
                .containsExactly(copy);
        ec2.deleteSnapshot(b -> b.snapshotId(source));
    }

    @Test
    void aCopyIsEncryptedWhenThatIsAskedFor() {
        var plain = snapshot(available(8));
        var id = copy(plain, true);
        assertThat(ec2.describeVolumes().volumes()).as("none that a user made").hasSize(1);
        var copy = awaitSnapshot(id);
        assertThat(copy.encrypted()).isTrue();
        assertThat(copy.kmsKeyId()).isEqualTo(key());
        until(this::nothingHidden, none -> none);
        var volume = ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(id)).volumeId();
        assertThat(awaitVolume(volume, VolumeState.AVAILABLE).encrypted()).isTrue();
    }

    @Test
    void aCopyThatIsDeletedSoonLeavesNothing() {
        var plain = snapshot(available(8));
        var id = copy(plain, true);
        ec2.deleteSnapshot(b -> b.snapshotId(id));
        until(this::nothingHidden, none -> none);
        until(
                () ->
                        cloud.store.view(tx ->
                                tx.stream(SnapshotTables.SNAPSHOTS, KeyRange.all())
                                        .noneMatch(row -> row.key().id().value().equals(id))),
                gone -> gone);
    }

    @Test
    void refusesWhatCannotBeCopied() {
        var source = snapshot(available(8));
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.copySnapshot(
                                b -> here(b).sourceRegion("eu-west-1").sourceSnapshotId(source)));
        assertFails(
                "InvalidSnapshotID.Malformed",
                () ->
                        ec2.copySnapshot(
                                b -> here(b).sourceRegion(REGION_NAME).sourceSnapshotId("x")));
        assertFails(
                "InvalidKmsKey.NotFound",
                () ->
                        ec2.copySnapshot(b ->
                                here(b).sourceRegion(REGION_NAME)
                                        .sourceSnapshotId(source)
                                        .encrypted(true)
                                        .kmsKeyId("alias/mine")));
        assertFails(
                "UnsupportedOperation",
                () ->
                        ec2.copySnapshot(b ->
                                here(b).sourceRegion(REGION_NAME)
                                        .sourceSnapshotId(source)
                                        .completionDurationMinutes(15)));
        assertFails(
                "DryRunOperation",
                () ->
                        ec2.copySnapshot(b ->
                                here(b).sourceRegion(REGION_NAME)
                                        .sourceSnapshotId(source)
                                        .dryRun(true)));
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("self")).snapshots()).hasSize(1);
    }
}
