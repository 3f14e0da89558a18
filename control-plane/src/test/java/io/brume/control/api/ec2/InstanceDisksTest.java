package io.brume.control.api.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.control.domain.image.ImageId;
import io.brume.control.state.Images;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceBlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SnapshotReturnCodes;
import software.amazon.awssdk.services.ec2.model.VolumeState;

/** The volumes of instances: at their launch, on other hosts, and as images. */
final class InstanceDisksTest extends BlockCloudTest {
    @Test
    void aLaunchMakesTheVolumesThatItIsAskedFor() {
        var image = running().imageId();
        var snapshot =
                awaitSnapshot(ec2.createSnapshot(b -> b.volumeId(available(4))).snapshotId());
        var launched =
                ec2.runInstances(b ->
                                b.imageId(image)
                                        .minCount(2)
                                        .maxCount(2)
                                        .tagSpecifications(
                                                tags(ResourceType.VOLUME, tag("of", "launch")))
                                        .blockDeviceMappings(
                                                mapping(
                                                        "/dev/xvda",
                                                        ebs ->
                                                                ebs.volumeSize(9)
                                                                        .deleteOnTermination(
                                                                                false)),
                                                mapping(
                                                        "/dev/sdf",
                                                        ebs ->
                                                                ebs.snapshotId(
                                                                                snapshot
                                                                                        .snapshotId())
                                                                        .volumeType("gp3")
                                                                        .throughput(200)),
                                                mapping(
                                                        "/dev/sdg",
                                                        ebs ->
                                                                ebs.volumeSize(8)
                                                                        .volumeType("io1")
                                                                        .iops(300))))
                        .instances();
        assertThat(launched).hasSize(2);
        assertThat(launched.getFirst().blockDeviceMappings())
                .extracting(InstanceBlockDeviceMapping::deviceName)
                .containsExactly("/dev/xvda", "/dev/sdf", "/dev/sdg");
        assertThat(launched.getFirst().blockDeviceMappings())
                .allMatch(one -> one.ebs().statusAsString().equals("attaching"));
        for (var one : launched) {
            var instance = awaitInstance(one.instanceId(), InstanceStateName.RUNNING);
            var root = volumeAt(instance, "/dev/xvda");
            assertThat(volume(root).size()).isEqualTo(9);
            assertThat(volume(root).state()).isEqualTo(VolumeState.IN_USE);
            assertThat(volume(root).tags()).containsExactly(tag("of", "launch"));
            var data = volume(volumeAt(instance, "/dev/sdf"));
            assertThat(data.snapshotId()).isEqualTo(snapshot.snapshotId());
            assertThat(data.size()).isEqualTo(4);
            assertThat(data.throughput()).isEqualTo(200);
            assertThat(volume(volumeAt(instance, "/dev/sdg")).iops()).isEqualTo(300);
            awaitAttachment(root, "attached");
            ec2.terminateInstances(b -> b.instanceIds(one.instanceId()));
            awaitNoVolume(data.volumeId());
            awaitVolume(root, VolumeState.AVAILABLE);
        }
    }

    @Test
    void badMappingsAreRefused() {
        var image = running().imageId();
        assertFails("InvalidBlockDeviceMapping", () -> launch(image, mapping("sda", ebs -> {})));
        assertFails(
                "InvalidSnapshot.NotFound",
                () ->
                        launch(
                                image,
                                mapping(
                                        "/dev/sdf",
                                        ebs -> ebs.snapshotId("snap-00000000000000001"))));
        assertFails(
                "InvalidParameterCombination",
                () ->
                        launch(
                                image,
                                mapping("/dev/sdf", ebs -> ebs.volumeSize(8).volumeType("io1"))));
        assertFails(
                "MissingParameter",
                () -> launch(image, mapping("/dev/sdf", ebs -> ebs.deleteOnTermination(true))));
        assertFails(
                "InvalidBlockDeviceMapping",
                () ->
                        launch(
                                image,
                                BlockDeviceMapping.builder()
                                        .deviceName("/dev/xvda")
                                        .noDevice("")
                                        .build()));
        assertThat(ec2.describeVolumes().volumes()).as("only the first one's").hasSize(1);
    }

    @Test
    void anInstanceStartsAgainWithTheSameVolumesOnAnyHost() {
        var instance = running();
        var id = instance.instanceId();
        var root = volumeAt(instance, "/dev/xvda");
        stop(id, false);
        assertThat(volume(root).attachments().getFirst().stateAsString()).isEqualTo("attached");
        var elsewhere = node(7);
        cloud.fleet.join(elsewhere, ZONE);
        cloud.fleet.disconnect(node(1));
        try {
            ec2.startInstances(b -> b.instanceIds(id));
            awaitInstance(id, InstanceStateName.RUNNING);
            assertThat(cloud.fleet.desired(elsewhere, id)).isPresent();
            assertThat(cloud.fleet.desired(elsewhere, root)).isPresent();
            assertThat(cloud.fleet.desired(node(1), id)).as("it is nowhere else").isEmpty();
            assertThat(cloud.fleet.desired(node(1), root)).isEmpty();
        } finally {
            cloud.fleet.join(node(1), ZONE);
        }
        ec2.terminateInstances(b -> b.instanceIds(id));
        awaitInstance(id, InstanceStateName.TERMINATED);
        cloud.fleet.disconnect(elsewhere);
    }

    @Test
    void anInstanceOfALostHostIsStoppedByForceAndStartsElsewhere() {
        var instance = running();
        var id = instance.instanceId();
        var elsewhere = node(8);
        cloud.fleet.join(elsewhere, ZONE);
        cloud.fleet.disconnect(node(1));
        try {
            ec2.stopInstances(b -> b.instanceIds(id).force(true));
            cloud.fleet.settle();
            assertThat(state(id))
                    .as("the host may come back")
                    .isEqualTo(InstanceStateName.STOPPING);
            time.pass(Duration.ofSeconds(20));
            awaitInstance(id, InstanceStateName.STOPPED);
            ec2.startInstances(b -> b.instanceIds(id));
            awaitInstance(id, InstanceStateName.RUNNING);
            assertThat(cloud.fleet.desired(elsewhere, id)).isPresent();
        } finally {
            cloud.fleet.join(node(1), ZONE);
        }
        assertThat(cloud.fleet.desired(node(1), id)).isEmpty();
        ec2.terminateInstances(b -> b.instanceIds(id));
        awaitInstance(id, InstanceStateName.TERMINATED);
        cloud.fleet.disconnect(elsewhere);
    }

    @Test
    void anInstanceOfALostHostIsTerminated() {
        var instance = running();
        var id = instance.instanceId();
        var kept = available(1);
        ec2.attachVolume(b -> b.volumeId(kept).instanceId(id).device("/dev/sdf"));
        awaitAttachment(kept, "attached");
        cloud.fleet.disconnect(node(1));
        try {
            ec2.terminateInstances(b -> b.instanceIds(id));
            time.pass(Duration.ofSeconds(20));
            awaitInstance(id, InstanceStateName.TERMINATED);
            awaitVolume(kept, VolumeState.AVAILABLE);
            awaitNoVolume(volumeAt(instance, "/dev/xvda"));
        } finally {
            cloud.fleet.join(node(1), ZONE);
        }
    }

    @Test
    void theRootOfAStoppedInstanceIsExchanged() {
        var instance = running();
        var id = instance.instanceId();
        var root = volumeAt(instance, "/dev/xvda");
        assertFails("OperationNotPermitted", () -> ec2.detachVolume(b -> b.volumeId(root)));
        stop(id, false);
        ec2.detachVolume(b -> b.volumeId(root));
        awaitVolume(root, VolumeState.AVAILABLE);
        assertFails("InvalidParameterValue", () -> ec2.startInstances(b -> b.instanceIds(id)));
        var other = available(2);
        ec2.attachVolume(b -> b.volumeId(other).instanceId(id).device("/dev/xvda"));
        awaitAttachment(other, "attached");
        ec2.startInstances(b -> b.instanceIds(id));
        var again = awaitInstance(id, InstanceStateName.RUNNING);
        assertThat(volumeAt(again, "/dev/xvda")).isEqualTo(other);
        assertThat(
                        cloud.fleet
                                .desired(node(1), id)
                                .orElseThrow()
                                .getInstance()
                                .getDisksList()
                                .getFirst()
                                .getRoot())
                .isTrue();
    }

    @Test
    void anImageIsMadeOfARunningInstanceWhoseGuestGoesDownForIt() {
        var instance = running();
        var id = instance.instanceId();
        var data = available(3);
        ec2.attachVolume(b -> b.volumeId(data).instanceId(id).device("/dev/sdf"));
        awaitAttachment(data, "attached");
        long runs = runs(id);
        var image =
                ec2.createImage(b ->
                                b.instanceId(id)
                                        .name("made")
                                        .description("of it")
                                        .blockDeviceMappings(
                                                mapping("/dev/xvda", ebs -> ebs.volumeSize(20)))
                                        .tagSpecifications(
                                                tags(ResourceType.IMAGE, tag("a", "1")),
                                                tags(ResourceType.SNAPSHOT, tag("b", "2"))))
                        .imageId();
        assertFails(
                "IncorrectState", () -> ec2.createImage(b -> b.instanceId(id).name("another-one")));
        var made = awaitImage(image, ImageState.AVAILABLE);
        assertThat(made.description()).isEqualTo("of it");
        assertThat(made.sourceInstanceId()).isEqualTo(id);
        assertThat(made.tags()).containsExactly(tag("a", "1"));
        assertThat(made.blockDeviceMappings())
                .extracting(one -> one.ebs().volumeSize())
                .containsExactly(20, 3);
        var snapshot = awaitSnapshot(made.blockDeviceMappings().getLast().ebs().snapshotId());
        assertThat(snapshot.volumeId()).isEqualTo(data);
        assertThat(snapshot.tags()).containsExactly(tag("b", "2"));
        until(() -> runs(id), now -> now == runs + 1);
        assertThat(state(id)).isEqualTo(InstanceStateName.RUNNING);

        var copy = launch(image);
        var running = awaitInstance(copy.instanceId(), InstanceStateName.RUNNING);
        assertThat(volume(volumeAt(running, "/dev/xvda")).size()).isEqualTo(20);
        assertThat(volume(volumeAt(running, "/dev/sdf")).snapshotId())
                .isEqualTo(snapshot.snapshotId());
        ec2.deregisterImage(b -> b.imageId(instance.imageId()));
        assertThat(
                        cloud.store.<Boolean>view(
                                tx -> Images.isKernelInUse(tx, new ImageId(instance.imageId()))))
                .as("the new image starts with the kernel of the first")
                .isTrue();
        var results =
                ec2.deregisterImage(b -> b.imageId(image).deleteAssociatedSnapshots(true))
                        .deleteSnapshotResults();
        assertThat(results)
                .hasSize(2)
                .allMatch(one -> one.returnCode() == SnapshotReturnCodes.SUCCESS);
        assertFails(
                "InvalidSnapshot.NotFound",
                () -> ec2.describeSnapshots(b -> b.snapshotIds(snapshot.snapshotId())));
    }

    @Test
    void anImageIsMadeWithoutARebootWhenItsCallerWantsThat() {
        var instance = running();
        var id = instance.instanceId();
        long runs = runs(id);
        var image = ec2.createImage(b -> b.instanceId(id).name("hot").noReboot(true)).imageId();
        awaitImage(image, ImageState.AVAILABLE);
        assertThat(runs(id)).isEqualTo(runs);
        stop(id, false);
        var cold = ec2.createImage(b -> b.instanceId(id).name("cold")).imageId();
        awaitImage(cold, ImageState.AVAILABLE);
        assertThat(state(id)).isEqualTo(InstanceStateName.STOPPED);
        assertFails(
                "InvalidAMIName.Duplicate",
                () -> ec2.createImage(b -> b.instanceId(id).name("cold")));
    }

    @Test
    void anImageIsCopiedWithItsSnapshots() {
        var instance = running();
        var origin = instance.imageId();
        var copy =
                ec2.copyImage(b ->
                                b.sourceImageId(origin)
                                        .sourceRegion(TestCloud.REGION.name())
                                        .name("copied"))
                        .imageId();
        var made = awaitImage(copy, ImageState.AVAILABLE);
        var snapshot = made.blockDeviceMappings().getFirst().ebs().snapshotId();
        assertThat(awaitSnapshot(snapshot).description()).contains(copy).contains(origin);
        assertThat(
                        ec2.deregisterImage(b -> b.imageId(origin).deleteAssociatedSnapshots(true))
                                .deleteSnapshotResults())
                .allMatch(one -> one.returnCode() == SnapshotReturnCodes.SUCCESS);
        awaitInstance(launch(copy).instanceId(), InstanceStateName.RUNNING);
        assertFails(
                "InvalidParameterValue",
                () ->
                        ec2.copyImage(b ->
                                b.sourceImageId(copy).sourceRegion("eu-west-1").name("far-away")));
    }

    @Test
    void anImageIsCopiedEncrypted() {
        var origin = running().imageId();
        var copy = copied(origin, "secret", true, null);
        var made = awaitImage(copy, ImageState.AVAILABLE).blockDeviceMappings().getFirst().ebs();
        assertThat(made.encrypted()).isTrue();
        var snapshot = awaitSnapshot(made.snapshotId());
        assertThat(snapshot.encrypted()).isTrue();
        assertThat(snapshot.description()).contains(copy).contains(origin);
        var instance = awaitInstance(launch(copy).instanceId(), InstanceStateName.RUNNING);
        assertThat(volume(volumeAt(instance, "/dev/xvda")).encrypted()).isTrue();
        var again = awaitImage(copied(copy, "secret-too", null, null), ImageState.AVAILABLE);
        assertThat(again.blockDeviceMappings()).allMatch(one -> one.ebs().encrypted());
        assertFails(
                "InvalidParameterDependency",
                () -> copied(origin, "no-key", null, "alias/aws/ebs"));
        assertFails("InvalidKmsKey.NotFound", () -> copied(origin, "no-key", true, "alias/others"));
        ec2.enableEbsEncryptionByDefault(b -> {});
        var usual = awaitImage(copied(origin, "usual", null, null), ImageState.AVAILABLE);
        assertThat(usual.blockDeviceMappings()).allMatch(one -> one.ebs().encrypted());
    }

    private String copied(
            String image, String name, @Nullable Boolean encrypted, @Nullable String key) {
        return ec2.copyImage(b ->
                        b.sourceImageId(image)
                                .sourceRegion(TestCloud.REGION.name())
                                .name(name)
                                .encrypted(encrypted)
                                .kmsKeyId(key))
                .imageId();
    }

    @Test
    void whatAnAccountWantsEncryptedIsEncryptedAtLaunch() {
        var image = running().imageId();
        ec2.enableEbsEncryptionByDefault(b -> {});
        var launched = launch(image, mapping("/dev/sdf", ebs -> ebs.volumeSize(1)));
        var instance = awaitInstance(launched.instanceId(), InstanceStateName.RUNNING);
        for (var device : List.of("/dev/xvda", "/dev/sdf")) {
            assertThat(volume(volumeAt(instance, device)).encrypted()).as(device).isTrue();
            awaitAttachment(volumeAt(instance, device), "attached");
        }
        var made =
                ec2.createImage(b ->
                                b.instanceId(instance.instanceId()).name("secret").noReboot(true))
                        .imageId();
        assertThat(awaitImage(made, ImageState.AVAILABLE).blockDeviceMappings())
                .allMatch(one -> one.ebs().encrypted());
        ec2.disableEbsEncryptionByDefault(b -> {});
        var again = awaitInstance(launch(made).instanceId(), InstanceStateName.RUNNING);
        assertThat(volume(volumeAt(again, "/dev/xvda")).encrypted())
                .as("what comes of something encrypted is")
                .isTrue();
    }

    @Test
    void aStopWhileAnImageIsMadeIsAStop() {
        var instance = running();
        var id = instance.instanceId();
        var image = ec2.createImage(b -> b.instanceId(id).name("stopped")).imageId();
        ec2.stopInstances(b -> b.instanceIds(id));
        awaitInstance(id, InstanceStateName.STOPPED);
        awaitImage(image, ImageState.AVAILABLE);
        assertThat(state(id)).isEqualTo(InstanceStateName.STOPPED);
    }

    @Test
    void anImageOfAnInstanceThatEndsFails() {
        var instance = running();
        var id = instance.instanceId();
        var image = ec2.createImage(b -> b.instanceId(id).name("too-late")).imageId();
        ec2.terminateInstances(b -> b.instanceIds(id));
        awaitInstance(id, InstanceStateName.TERMINATED);
        awaitImage(image, ImageState.FAILED);
    }

    private Image awaitImage(String id, ImageState state) {
        return until(
                () -> ec2.describeImages(b -> b.imageIds(id)).images().getFirst(),
                image -> image.state() == state);
    }

    private long runs(String id) {
        return cloud.fleet.desired(node(1), id).orElseThrow().getInstance().getRunEpoch();
    }

    private InstanceStateName state(String id) {
        return ec2.describeInstances(b -> b.instanceIds(id))
                .reservations()
                .getFirst()
                .instances()
                .getFirst()
                .state()
                .name();
    }

    private void stop(String id, boolean force) {
        ec2.stopInstances(b -> b.instanceIds(id).force(force));
        awaitInstance(id, InstanceStateName.STOPPED);
    }

    private Instance launch(String image, BlockDeviceMapping... mappings) {
        return ec2.runInstances(
                        b -> b.imageId(image).minCount(1).maxCount(1).blockDeviceMappings(mappings))
                .instances()
                .getFirst();
    }

    private static String volumeAt(Instance instance, String device) {
        return instance.blockDeviceMappings().stream()
                .filter(one -> one.deviceName().equals(device))
                .map(one -> one.ebs().volumeId())
                .findFirst()
                .orElseThrow();
    }

    private static BlockDeviceMapping mapping(String device, Consumer<EbsBlockDevice.Builder> ebs) {
        return BlockDeviceMapping.builder().deviceName(device).ebs(ebs).build();
    }
}
