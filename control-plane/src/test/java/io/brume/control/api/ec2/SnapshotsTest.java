package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.VolumeState;

final class SnapshotsTest extends BlockCloudTest {
    private static final String NONE = "snap-0123456789abcdef0";

    private String completed(String volume) {
        var id = ec2.createSnapshot(b -> b.volumeId(volume)).snapshotId();
        awaitSnapshot(id);
        return id;
    }

    @Test
    void aSnapshotIsMadeDescribedAndDeleted() {
        var volume = available(8);
        var made =
                ec2.createSnapshot(b ->
                        b.volumeId(volume)
                                .description("before the upgrade")
                                .tagSpecifications(
                                        tags(ResourceType.SNAPSHOT, tag("Name", "one"))));
        assertThat(made.snapshotId()).matches("snap-[0-9a-f]{17}");
        assertThat(made.state()).isEqualTo(SnapshotState.PENDING);
        var snapshot = awaitSnapshot(made.snapshotId());
        assertThat(snapshot.progress()).isEqualTo("100%");
        assertThat(snapshot.volumeId()).isEqualTo(volume);
        assertThat(snapshot.volumeSize()).isEqualTo(8);
        assertThat(snapshot.description()).isEqualTo("before the upgrade");
        assertThat(snapshot.ownerId()).isEqualTo(account.value());
        assertThat(snapshot.fullSnapshotSizeInBytes()).isEqualTo(4096);
        assertThat(snapshot.completionTime()).isNotNull();
        assertThat(snapshot.tags()).containsExactly(tag("Name", "one"));
        assertThat(cloud.fleet.desired(node(10), made.snapshotId())).isPresent();

        ec2.deleteSnapshot(b -> b.snapshotId(made.snapshotId()));
        assertFails(
                "InvalidSnapshot.NotFound",
                () -> ec2.describeSnapshots(b -> b.snapshotIds(made.snapshotId())));
        until(
                () -> cloud.fleet.desired(node(10), made.snapshotId()).isEmpty(),
                released -> released);
        assertThat(ec2.describeTags().tags()).isEmpty();
    }

    @Test
    void aVolumeIsMadeOfASnapshot() {
        var snapshot = completed(available(8));
        assertFails(
                "InvalidParameterValue",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(snapshot).size(7)));
        var id = ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(snapshot)).volumeId();
        var volume = awaitVolume(id, VolumeState.AVAILABLE);
        assertThat(volume.size()).isEqualTo(8);
        assertThat(volume.snapshotId()).isEqualTo(snapshot);
        var spec = cloud.fleet.desired(node(10), id).orElseThrow().getReplica();
        assertThat(spec.getBaseSnapshotId()).isEqualTo(snapshot);
        assertThat(spec.getChunkSourcesList()).hasSize(2);
        assertThat(ec2.describeVolumes(b -> b.filters(filter("snapshot-id", snapshot))).volumes())
                .hasSize(1);
    }

    @Test
    void allVolumesOfAnInstanceAtOnce() {
        var instance = running();
        var volume = available(2);
        ec2.createTags(b -> b.resources(volume).tags(tag("app", "db")));
        ec2.attachVolume(
                b -> b.volumeId(volume).instanceId(instance.instanceId()).device("/dev/sdf"));
        awaitAttachment(volume, "attached");
        assertThat(
                        ec2.createSnapshots(b ->
                                        b.instanceSpecification(
                                                s -> s.instanceId(instance.instanceId())))
                                .snapshots())
                .hasSize(2);
        var made =
                ec2.createSnapshots(b ->
                                b.copyTagsFromSource("volume")
                                        .instanceSpecification(s ->
                                                s.instanceId(instance.instanceId())
                                                        .excludeBootVolume(true)))
                        .snapshots();
        assertThat(made).hasSize(1);
        assertThat(made.getFirst().volumeId()).isEqualTo(volume);
        assertThat(made.getFirst().tags()).containsExactly(tag("app", "db"));
        awaitSnapshot(made.getFirst().snapshotId());
    }

    @Test
    void sharingIsTheOwnersChoice() {
        var snapshot = completed(available(1));
        var other = stranger();
        var otherAccount = other.describeVpcs().vpcs().getFirst().ownerId();
        assertFails(
                "InvalidSnapshot.NotFound",
                () -> other.describeSnapshots(b -> b.snapshotIds(snapshot)));
        ec2.modifySnapshotAttribute(b ->
                b.snapshotId(snapshot)
                        .createVolumePermission(p ->
                                p.add(
                                        CreateVolumePermission.builder()
                                                .userId(otherAccount)
                                                .build())));
        assertThat(other.describeSnapshots(b -> b.restorableByUserIds("self")).snapshots())
                .extracting(Snapshot::snapshotId)
                .contains(snapshot);
        assertThat(other.describeSnapshots(b -> b.ownerIds("self")).snapshots()).isEmpty();
        assertFails(
                "UnauthorizedOperation", () -> other.deleteSnapshot(b -> b.snapshotId(snapshot)));
        assertThat(
                        ec2.describeSnapshotAttribute(b ->
                                        b.snapshotId(snapshot).attribute("createVolumePermission"))
                                .createVolumePermissions())
                .hasSize(1);
        var volume =
                other.createVolume(b -> b.availabilityZone(ZONE).snapshotId(snapshot)).volumeId();
        ec2.deleteSnapshot(b -> b.snapshotId(snapshot));
        assertFails(
                "InvalidSnapshot.NotFound",
                () -> other.describeSnapshots(b -> b.snapshotIds(snapshot)));
        until(
                () -> other.describeVolumes(b -> b.volumeIds(volume)).volumes().getFirst(),
                one -> one.state() == VolumeState.AVAILABLE);
        assertThat(cloud.fleet.desired(node(10), snapshot)).as("a volume needs it").isPresent();
    }

    @Test
    void publicSnapshotsOfTheOperatorAreAmazons() {
        var operator = cloud.ec2(way, TestCloud.OPERATOR);
        var volume = operator.createVolume(b -> b.availabilityZone(ZONE).size(1)).volumeId();
        until(
                () -> operator.describeVolumes(b -> b.volumeIds(volume)).volumes().getFirst(),
                one -> one.state() == VolumeState.AVAILABLE);
        var snapshot = operator.createSnapshot(b -> b.volumeId(volume)).snapshotId();
        operator.modifySnapshotAttribute(b ->
                b.snapshotId(snapshot)
                        .attribute("createVolumePermission")
                        .operationType("add")
                        .groupNames("all"));
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("amazon")).snapshots())
                .extracting(Snapshot::snapshotId)
                .contains(snapshot);
        assertThat(
                        ec2.describeSnapshots(b -> b.snapshotIds(snapshot))
                                .snapshots()
                                .getFirst()
                                .ownerAlias())
                .isEqualTo("amazon");
        operator.resetSnapshotAttribute(
                b -> b.snapshotId(snapshot).attribute("createVolumePermission"));
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("amazon")).snapshots())
                .extracting(Snapshot::snapshotId)
                .doesNotContain(snapshot);
        operator.deleteSnapshot(b -> b.snapshotId(snapshot));
    }

    @Test
    void listsAreFilteredAndCutToPages() {
        var volume = available(1);
        for (int i = 0; i < 6; i++) {
            completed(volume);
        }
        assertThat(
                        ec2.describeSnapshots(b ->
                                        b.ownerIds("self").filters(filter("volume-id", volume)))
                                .snapshots())
                .hasSize(6);
        var first = ec2.describeSnapshots(b -> b.ownerIds("self").maxResults(5));
        assertThat(first.snapshots()).hasSize(5);
        assertThat(
                        ec2.describeSnapshots(b ->
                                        b.ownerIds("self")
                                                .maxResults(5)
                                                .nextToken(first.nextToken()))
                                .snapshots())
                .hasSize(1);
        assertThat(
                        ec2.describeSnapshots(b -> b.filters(List.of(filter("status", "pending"))))
                                .snapshots())
                .isEmpty();
    }

    @Test
    void faultsAreAwss() {
        assertFails("InvalidSnapshot.NotFound", () -> ec2.deleteSnapshot(b -> b.snapshotId(NONE)));
        assertFails(
                "InvalidSnapshotID.Malformed",
                () -> ec2.describeSnapshots(b -> b.snapshotIds("snap-nonsense")));
        assertFails(
                "InvalidSnapshot.NotFound",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).snapshotId(NONE)));
        assertFails(
                "InvalidUserID.Malformed",
                () -> ec2.describeSnapshots(b -> b.restorableByUserIds("nobody")));
        var volume = available(1);
        assertFails(
                "DryRunOperation", () -> ec2.createSnapshot(b -> b.volumeId(volume).dryRun(true)));
        var snapshot = completed(volume);
        assertFails(
                "InvalidParameterCombination",
                () -> ec2.modifySnapshotAttribute(b -> b.snapshotId(snapshot)));
        assertFails(
                "InvalidAttributeValue",
                () ->
                        ec2.modifySnapshotAttribute(
                                b -> b.snapshotId(snapshot).operationType("add").userIds("me")));
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.describeSnapshotAttribute(
                                b -> b.snapshotId(snapshot).attribute("colour")));
    }
}
