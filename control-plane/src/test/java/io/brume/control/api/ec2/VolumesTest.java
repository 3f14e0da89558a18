package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.InstanceBlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.InstanceBlockDeviceMappingSpecification;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeAttachmentState;
import software.amazon.awssdk.services.ec2.model.VolumeModificationState;
import software.amazon.awssdk.services.ec2.model.VolumeState;
import software.amazon.awssdk.services.ec2.model.VolumeType;

final class VolumesTest extends BlockCloudTest {
    private static final String NONE = "vol-0123456789abcdef0";

    @Test
    void aVolumeIsMadeDescribedAndDeleted() {
        var made =
                ec2.createVolume(b ->
                        b.availabilityZone(ZONE)
                                .size(20)
                                .volumeType(VolumeType.GP3)
                                .iops(4000)
                                .throughput(200)
                                .tagSpecifications(tags(ResourceType.VOLUME, tag("Name", "data"))));
        assertThat(made.volumeId()).matches("vol-[0-9a-f]{17}");
        assertThat(made.state()).isEqualTo(VolumeState.CREATING);
        assertThat(made.encrypted()).isFalse();
        var volume = awaitVolume(made.volumeId(), VolumeState.AVAILABLE);
        assertThat(volume.size()).isEqualTo(20);
        assertThat(volume.iops()).isEqualTo(4000);
        assertThat(volume.throughput()).isEqualTo(200);
        assertThat(volume.availabilityZone()).isEqualTo(ZONE);
        assertThat(volume.snapshotId()).isEmpty();
        assertThat(volume.attachments()).isEmpty();
        assertThat(volume.tags()).containsExactly(tag("Name", "data"));

        ec2.deleteVolume(b -> b.volumeId(made.volumeId()));
        awaitNoVolume(made.volumeId());
        assertFails(
                "InvalidVolume.NotFound",
                () -> ec2.describeVolumes(b -> b.volumeIds(made.volumeId())));
    }

    @Test
    void aVolumeIsAttachedToARunningInstanceAndDetached() {
        var instance = running();
        var id = available(8);
        var asked =
                ec2.attachVolume(
                        b -> b.volumeId(id).instanceId(instance.instanceId()).device("/dev/sdf"));
        assertThat(asked.state()).isEqualTo(VolumeAttachmentState.ATTACHING);
        assertThat(asked.deleteOnTermination()).isFalse();
        var attached = awaitAttachment(id, "attached");
        assertThat(attached.state()).isEqualTo(VolumeState.IN_USE);
        assertThat(attached.attachments().getFirst().device()).isEqualTo("/dev/sdf");
        var spec = cloud.fleet.desired(node(1), id).orElseThrow().getVolume();
        assertThat(spec.getInstanceId()).isEqualTo(instance.instanceId());
        assertThat(spec.getReplicasList())
                .hasSize(3)
                .allMatch(replica -> replica.getAddress().endsWith(":7010"));
        assertThat(spec.getIopsLimit()).isEqualTo(100);

        var seen = awaitInstance(instance.instanceId(), InstanceStateName.RUNNING);
        assertThat(seen.blockDeviceMappings())
                .extracting(InstanceBlockDeviceMapping::deviceName)
                .containsExactly("/dev/xvda", "/dev/sdf");

        assertFails("VolumeInUse", () -> ec2.deleteVolume(b -> b.volumeId(id)));
        assertFails(
                "VolumeInUse",
                () ->
                        ec2.attachVolume(b ->
                                b.volumeId(id)
                                        .instanceId(instance.instanceId())
                                        .device("/dev/sdg")));
        var other = available(1);
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.attachVolume(b ->
                                b.volumeId(other)
                                        .instanceId(instance.instanceId())
                                        .device("/dev/xvdf")));
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.attachVolume(b ->
                                b.volumeId(other)
                                        .instanceId(instance.instanceId())
                                        .device("somewhere")));
        assertThat(ec2.detachVolume(b -> b.volumeId(id)).state())
                .isEqualTo(VolumeAttachmentState.DETACHING);
        assertThat(awaitVolume(id, VolumeState.AVAILABLE).attachments()).isEmpty();
        assertFails("IncorrectState", () -> ec2.detachVolume(b -> b.volumeId(id)));
    }

    @Test
    void attachmentsLastOverAStopAndEndWithTheInstance() {
        var instance = running().instanceId();
        var kept = available(1);
        var gone = available(1);
        ec2.stopInstances(b -> b.instanceIds(instance));
        awaitInstance(instance, InstanceStateName.STOPPED);
        ec2.attachVolume(b -> b.volumeId(kept).instanceId(instance).device("/dev/sdf"));
        ec2.attachVolume(b -> b.volumeId(gone).instanceId(instance).device("/dev/sdg"));
        awaitAttachment(kept, "attached");
        awaitAttachment(gone, "attached");
        ec2.startInstances(b -> b.instanceIds(instance));
        awaitInstance(instance, InstanceStateName.RUNNING);
        assertThat(volume(kept).state()).isEqualTo(VolumeState.IN_USE);
        ec2.modifyInstanceAttribute(b ->
                b.instanceId(instance)
                        .blockDeviceMappings(
                                InstanceBlockDeviceMappingSpecification.builder()
                                        .deviceName("/dev/sdg")
                                        .ebs(ebs -> ebs.deleteOnTermination(true))
                                        .build()));
        assertThat(volume(gone).attachments().getFirst().deleteOnTermination()).isTrue();

        ec2.terminateInstances(b -> b.instanceIds(instance));
        awaitInstance(instance, InstanceStateName.TERMINATED);
        awaitVolume(kept, VolumeState.AVAILABLE);
        awaitNoVolume(gone);
    }

    @Test
    void theRootOfAnInstanceIsAVolumeLikeAnyOther() {
        var instance = running();
        var root = instance.blockDeviceMappings().getFirst().ebs().volumeId();
        var mine = available(1);
        assertThat(ec2.describeVolumes().volumes())
                .extracting(Volume::volumeId)
                .containsExactlyInAnyOrder(root, mine);
        assertFails("OperationNotPermitted", () -> ec2.detachVolume(b -> b.volumeId(root)));
        assertFails("VolumeInUse", () -> ec2.deleteVolume(b -> b.volumeId(root)));
        ec2.modifyVolume(b -> b.volumeId(root).size(99));
        until(() -> volume(root), grown -> grown.size() == 99);
        awaitSnapshot(ec2.createSnapshot(b -> b.volumeId(root)).snapshotId());
        ec2.createTags(b -> b.resources(root, mine).tags(tag("a", "b")));
        assertThat(ec2.describeVolumes(b -> b.filters(filter("tag:a", "b"))).volumes()).hasSize(2);
        assertThat(ec2.describeVolumeStatus(b -> {}).volumeStatuses())
                .hasSize(2)
                .allMatch(item -> item.volumeStatus().statusAsString().equals("ok"));
    }

    @Test
    void zonesMustMatch() {
        var instance = running("us-east-1b");
        var id = available(1);
        assertFails(
                "InvalidVolume.ZoneMismatch",
                () ->
                        ec2.attachVolume(b ->
                                b.volumeId(id)
                                        .instanceId(instance.instanceId())
                                        .device("/dev/sdf")));
    }

    @Test
    void withoutAStorageNodeNothingIsHalfMade() {
        var image = running("us-east-1b").imageId();
        var before = ec2.describeVolumes().volumes().size();
        var hosts = cloud.capacity.nodes();
        cloud.fleet.disconnect(node(13));
        // Until then it is most likely being started again.
        cloud.storageTime.pass(Duration.ofSeconds(15));
        try {
            assertFails(
                    "InsufficientVolumeCapacity",
                    () -> ec2.createVolume(b -> b.availabilityZone("us-east-1b").size(1)));
            assertFails(
                    "InsufficientVolumeCapacity",
                    () ->
                            ec2.runInstances(b ->
                                    b.imageId(image)
                                            .minCount(1)
                                            .maxCount(3)
                                            .placement(p -> p.availabilityZone("us-east-1b"))));
        } finally {
            cloud.fleet.joinStorage(node(13), "us-east-1b", "storage-3");
        }
        assertThat(ec2.describeVolumes().volumes()).hasSize(before);
        assertThat(cloud.capacity.nodes()).as("room is given back").isEqualTo(hosts);
    }

    @Test
    void aVolumeIsModifiedWhereItIs() {
        var id = available(10);
        assertFails("InvalidParameterValue", () -> ec2.modifyVolume(b -> b.volumeId(id).size(9)));
        assertFails(
                "InvalidVolumeModification.NotFound",
                () -> ec2.describeVolumesModifications(b -> b.volumeIds(id)));
        var change =
                ec2.modifyVolume(b -> b.volumeId(id).size(20).volumeType(VolumeType.GP3))
                        .volumeModification();
        assertThat(change.modificationState()).isEqualTo(VolumeModificationState.MODIFYING);
        assertThat(change.originalSize()).isEqualTo(10);
        assertThat(change.targetIops()).isEqualTo(3000);
        until(
                () ->
                        ec2.describeVolumesModifications(b -> b.volumeIds(id))
                                .volumesModifications()
                                .getFirst(),
                one -> one.modificationState() == VolumeModificationState.COMPLETED);
        assertThat(volume(id).size()).isEqualTo(20);
        assertThat(volume(id).volumeType()).isEqualTo(VolumeType.GP3);
        ec2.modifyVolume(b -> b.volumeId(id).iops(3500));
        until(() -> volume(id), one -> one.iops() == 3500 && one.state() == VolumeState.AVAILABLE);
    }

    @Test
    void attributesAreKept() {
        var id = available(1);
        assertThat(
                        ec2.describeVolumeAttribute(b -> b.volumeId(id).attribute("autoEnableIO"))
                                .autoEnableIO()
                                .value())
                .isFalse();
        ec2.modifyVolumeAttribute(b -> b.volumeId(id).autoEnableIO(v -> v.value(true)));
        assertThat(
                        ec2.describeVolumeAttribute(b -> b.volumeId(id).attribute("autoEnableIO"))
                                .autoEnableIO()
                                .value())
                .isTrue();
        assertFails(
                "InvalidParameterValue",
                () -> ec2.describeVolumeAttribute(b -> b.volumeId(id).attribute("colour")));
    }

    @Test
    void listsAreFilteredAndCutToPages() {
        for (int i = 0; i < 7; i++) {
            available(1 + i);
        }
        assertThat(ec2.describeVolumes(b -> b.filters(filter("size", "3", "4"))).volumes())
                .hasSize(2);
        assertThat(ec2.describeVolumes(b -> b.filters(filter("status", "in-use"))).volumes())
                .isEmpty();
        var first = ec2.describeVolumes(b -> b.maxResults(5));
        assertThat(first.volumes()).hasSize(5);
        var rest = ec2.describeVolumes(b -> b.maxResults(5).nextToken(first.nextToken()));
        assertThat(rest.volumes()).hasSize(2);
        assertThat(rest.nextToken()).isNull();
        var some = first.volumes().getFirst().volumeId();
        assertFails(
                "InvalidParameterCombination",
                () -> ec2.describeVolumes(b -> b.maxResults(5).volumeIds(some)));
        assertThat(
                        ec2.describeVolumes(b ->
                                        b.filters(
                                                filter("operator.managed", "false"),
                                                filter("availability-zone-id", "use1-az1")))
                                .volumes())
                .hasSize(7);
        assertFails(
                "InvalidParameterValue",
                () -> ec2.describeVolumes(b -> b.filters(filter("colour", "red"))));
    }

    @Test
    void aRepeatedTokenMakesOneVolume() {
        Assumptions.assumeTrue(way == TestCloud.Way.HTTP, "tokens come by the front door");
        var first =
                ec2.createVolume(b -> b.availabilityZone(ZONE).size(1).clientToken("one"))
                        .volumeId();
        var second =
                ec2.createVolume(b -> b.availabilityZone(ZONE).size(1).clientToken("one"))
                        .volumeId();
        assertThat(second).isEqualTo(first);
        assertThat(ec2.describeVolumes().volumes()).hasSize(1);
        assertFails(
                "IdempotentParameterMismatch",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).size(2).clientToken("one")));
    }

    @Test
    void faultsAreAwss() {
        assertFails(
                "DryRunOperation",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).size(1).dryRun(true)));
        assertFails("MissingParameter", () -> ec2.createVolume(b -> b.availabilityZone(ZONE)));
        assertFails(
                "InvalidZone.NotFound",
                () -> ec2.createVolume(b -> b.availabilityZone("mars-1a").size(1)));
        assertFails(
                "UnsupportedOperation",
                () ->
                        ec2.createVolume(
                                b -> b.availabilityZone(ZONE).size(1).multiAttachEnabled(true)));
        assertFails(
                "InvalidParameterCombination",
                () -> ec2.createVolume(b -> b.availabilityZone(ZONE).size(4).volumeType("io1")));
        assertFails("InvalidVolume.NotFound", () -> ec2.deleteVolume(b -> b.volumeId(NONE)));
        assertFails("InvalidVolume.NotFound", () -> ec2.detachVolume(b -> b.volumeId(NONE)));
        assertFails(
                "InvalidVolume.NotFound", () -> ec2.modifyVolume(b -> b.volumeId(NONE).size(2)));
        assertFails("InvalidVolume.NotFound", () -> ec2.createSnapshot(b -> b.volumeId(NONE)));
        var id = available(1);
        assertFails(
                "InvalidInstanceID.NotFound",
                () ->
                        ec2.attachVolume(b ->
                                b.volumeId(id)
                                        .instanceId("i-0123456789abcdef0")
                                        .device("/dev/sdf")));
        assertFails(
                "InvalidVolume.NotFound", () -> stranger().describeVolumes(b -> b.volumeIds(id)));
    }

    @Test
    void theResetOfAnAccountTakesItsVolumes() {
        var id = available(1);
        var snapshot = ec2.createSnapshot(b -> b.volumeId(id)).snapshotId();
        awaitSnapshot(snapshot);
        cloud.accounts.reset(account);
        assertThat(ec2.describeVolumes().volumes()).isEmpty();
        assertThat(ec2.describeSnapshots(b -> b.ownerIds("self")).snapshots()).isEmpty();
        until(
                () ->
                        cloud.fleet.desired(node(10), id).isEmpty()
                                && cloud.fleet.desired(node(10), snapshot).isEmpty(),
                gone -> gone);
    }
}
